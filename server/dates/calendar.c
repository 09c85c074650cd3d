// Counts days with years that begin in March, so that a leap day is the last day of its year.
#include "dates/calendar.h"

#include <stdio.h>

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", for years from 0 on.
static int day_number(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// Reads COUNT digits as a number.
static int digits_read(const char *digits, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

int calendar_day(const char *day)
{
    return day_number(digits_read(day, 4), digits_read(day + 5, 2), digits_read(day + 8, 2));
}

int calendar_month(const char *day)
{
    return digits_read(day, 4) * 12 + digits_read(day + 5, 2) - 1;
}

int calendar_month_start(int month)
{
    return day_number(month / 12, month % 12 + 1, 1);
}

struct calendar_day calendar_of(int number)
{
    int z = number + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    int month = m < 10 ? m + 3 : m - 9;
    return (struct calendar_day){.year = y + era * 400 + (month <= 2),
                                 .month = month,
                                 .day = of_year - (153 * m + 2) / 5 + 1};
}

void calendar_write(int number, char ret_day[static CALENDAR_DAY_SIZE])
{
    const struct calendar_day day = calendar_of(number);
    snprintf(ret_day, CALENDAR_DAY_SIZE, "%04d-%02d-%02d", day.year, day.month, day.day);
}
