// Days and months as numbers, so that they can be compared and counted.
#ifndef RELATA_DATES_CALENDAR_H
#define RELATA_DATES_CALENDAR_H

// The number of DAY (YYYY-MM-DD, Gregorian calendar); 1970-01-01 is 0.
int calendar_day(const char *day);

// The number of DAY's month: year * 12 + month - 1.
int calendar_month(const char *day);

enum { CALENDAR_DAY_SIZE = 40 };

struct calendar_day {
    int year, month, day;
};

// The inverse of calendar_day.
struct calendar_day calendar_of(int number);

// The same as YYYY-MM-DD.
void calendar_write(int number, char ret_day[static CALENDAR_DAY_SIZE]);

// The number of the first day of MONTH, as calendar_day counts.
int calendar_month_start(int month);

#endif
