// A hand-written parser for EDTF: one pass, one byte of lookahead beyond "..", no recursion.
#include "dates/edtf.h"

#include <stdio.h>
#include <string.h>

enum {
    YEAR_DIGITS = 4,
    YEAR_LONG_DIGITS = 9, // more digits could overflow an int
    YEAR_X_MAX = 2,
    MONTH_LAST = 12,
    SEASON_FIRST = 21,
    SEASON_LAST = 24,
    SEASON_MONTHS = 3,
    GROUP_LAST = 41, // the last code of the sub-year groupings of level 2
};

struct edtf_reader {
    const char *text;
    size_t at;
    struct edtf_fault fault;
};

// A single date: the end of an interval, a member of a set, or the whole text.
struct edtf_date {
    struct edtf_day earliest, latest;
    enum edtf_precision precision;
    bool uncertain, approximate;
    bool unspecified; // has an X
};

struct years {
    int first, last;
    enum edtf_precision precision;
    bool alone; // a year that neither a month nor a season may follow
};

// A month or a day: two digits or XX.
struct edtf_field {
    int value;
    bool unspecified;
};

static bool fault_at(struct edtf_reader *cursor, size_t offset, const char *message)
{
    cursor->fault = (struct edtf_fault){.offset = offset, .message = message};
    return false;
}

static bool fault_here(struct edtf_reader *cursor, const char *message)
{
    return fault_at(cursor, cursor->at, message);
}

static char cursor_peek(const struct edtf_reader *cursor)
{
    return cursor->text[cursor->at];
}

static bool cursor_take(struct edtf_reader *cursor, char wanted)
{
    if (cursor_peek(cursor) != wanted)
        return false;
    cursor->at++;
    return true;
}

static bool cursor_sees_dots(const struct edtf_reader *cursor)
{
    return cursor_peek(cursor) == '.' && cursor->text[cursor->at + 1] == '.';
}

static bool cursor_take_dots(struct edtf_reader *cursor)
{
    if (!cursor_sees_dots(cursor))
        return false;
    cursor->at += 2;
    return true;
}

// The C library's isdigit is undefined for a negative char.
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_qualifier(char c)
{
    return c == '?' || c == '~' || c == '%';
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[MONTH_LAST] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static struct edtf_day month_first(int year, int month)
{
    return (struct edtf_day){.year = year, .month = month, .day = 1};
}

static struct edtf_day month_last(int year, int month)
{
    return (struct edtf_day){.year = year, .month = month, .day = month_days(year, month)};
}

static bool long_year_parse(struct edtf_reader *cursor, struct years *ret_years)
{
    bool negative = cursor_take(cursor, '-');
    size_t start = cursor->at;
    int value = 0;

    if (cursor_peek(cursor) == '0')
        return fault_here(cursor, "a year after Y has no leading zero");
    for (; is_digit(cursor_peek(cursor)); cursor->at++) {
        if (cursor->at - start == YEAR_LONG_DIGITS)
            return fault_here(cursor, "a year after Y has at most nine digits");
        value = value * 10 + (cursor_peek(cursor) - '0');
    }
    if (cursor_peek(cursor) == 'E')
        return fault_here(cursor, "exponential years (level 2) are not supported");
    if (cursor_peek(cursor) == 'X')
        return fault_here(cursor, "a year after Y has no unspecified digits");
    if (cursor->at - start <= YEAR_DIGITS)
        return fault_at(cursor, start, "Y is followed by a year of more than four digits");
    if (negative)
        value = -value;
    *ret_years = (struct years){value, value, EDTF_YEAR, .alone = true};
    return true;
}

static const char *year_digit_message(char c)
{
    if (is_qualifier(c))
        return "a qualifier stands at the end of the whole date";
    if (c == 'x' || c == 'u')
        return "an unspecified digit is written as X";
    return "a date begins with a year of four digits, such as 1979-12";
}

// Four characters, digits followed by Xs. A year with X is the span of years that it may be.
static bool year_digits_parse(struct edtf_reader *cursor, int *ret_value, int *ret_unspecified)
{
    int value = 0;
    int unspecified = 0;

    for (int i = 0; i < YEAR_DIGITS; i++, cursor->at++) {
        char c = cursor_peek(cursor);

        if (c == 'X' && i < YEAR_DIGITS - YEAR_X_MAX)
            return fault_here(cursor, "only the last one or two digits of a year may be X");
        if (is_digit(c) && unspecified > 0)
            return fault_here(cursor, "only the rightmost digits of a year may be X");
        if (!is_digit(c) && c != 'X')
            return fault_here(cursor, year_digit_message(c));
        value = value * 10 + (c == 'X' ? 0 : c - '0');
        unspecified += c == 'X';
    }
    *ret_value = value;
    *ret_unspecified = unspecified;
    return true;
}

static bool short_year_parse(struct edtf_reader *cursor, struct years *ret_years)
{
    static const int spans[YEAR_X_MAX + 1] = {1, 10, 100};
    static const enum edtf_precision precisions[YEAR_X_MAX + 1] = {EDTF_YEAR, EDTF_DECADE,
                                                                   EDTF_CENTURY};
    bool negative = cursor_take(cursor, '-');
    size_t start = cursor->at;
    int value;
    int unspecified;

    if (!year_digits_parse(cursor, &value, &unspecified))
        return false;
    if (negative && value == 0 && unspecified == 0)
        return fault_at(cursor, start, "the year 0000 has no sign");

    int last = value + spans[unspecified] - 1;
    struct years years = {value, last, precisions[unspecified], .alone = unspecified > 0};

    if (negative) {
        years.first = -last;
        // -000X and -00XX end before -0000, which is not a year.
        years.last = value == 0 ? -1 : -value;
    }
    *ret_years = years;
    return true;
}

static bool year_rest_check(struct edtf_reader *cursor, const struct years *years)
{
    char c = cursor_peek(cursor);

    if (is_digit(c) || c == 'X')
        return fault_here(cursor, "a year has four digits, or more after Y; a month follows a '-'");
    if (c == 'S')
        return fault_here(cursor, "significant digits (level 2) are not supported");
    if (c == '-' && years->alone)
        return fault_here(cursor, "no month may follow a year with X or Y");
    return true;
}

static bool year_parse(struct edtf_reader *cursor, struct years *ret_years)
{
    struct years years;

    if (cursor_peek(cursor) == '+')
        return fault_here(cursor, "a year has no '+'");
    if (!(cursor_take(cursor, 'Y') ? long_year_parse(cursor, &years)
                                   : short_year_parse(cursor, &years)))
        return false;
    if (!year_rest_check(cursor, &years))
        return false;
    *ret_years = years;
    return true;
}

static bool field_parse(struct edtf_reader *cursor, const char *message,
                        struct edtf_field *ret_field)
{
    char tens = cursor_peek(cursor);
    char ones = '\0';

    if (tens != '\0')
        ones = cursor->text[cursor->at + 1];
    if (is_qualifier(tens))
        return fault_here(cursor, "a qualifier stands at the end of the whole date");
    if (tens == 'X' && ones == 'X') {
        *ret_field = (struct edtf_field){.unspecified = true};
        cursor->at += 2;
        return true;
    }
    if ((tens == 'X' && is_digit(ones)) || (is_digit(tens) && ones == 'X'))
        return fault_here(cursor, "a month or day is unspecified as a whole: XX");
    if (!is_digit(tens) || !is_digit(ones))
        return fault_here(cursor, message);
    *ret_field = (struct edtf_field){.value = (tens - '0') * 10 + (ones - '0')};
    cursor->at += 2;
    return true;
}

static const char *month_message(int month)
{
    return month > SEASON_LAST && month <= GROUP_LAST
               ? "sub-year groupings 25 to 41 (level 2) are not supported"
               : "a month is 01 to 12, a season 21 to 24";
}

static void season_set(struct edtf_date *date, int year, int season)
{
    int first = (season - SEASON_FIRST + 1) * SEASON_MONTHS;
    int last = first + SEASON_MONTHS - 1;

    date->precision = EDTF_SEASON;
    date->earliest = month_first(year, first);
    date->latest =
        last > MONTH_LAST ? month_last(year + 1, last - MONTH_LAST) : month_last(year, last);
}

static bool month_apply(struct edtf_reader *cursor, struct edtf_date *date, struct edtf_field month)
{
    int year = date->earliest.year;

    if (month.unspecified) {
        date->unspecified = true;
        return true;
    }
    if (month.value >= SEASON_FIRST && month.value <= SEASON_LAST) {
        season_set(date, year, month.value);
        return true;
    }
    if (month.value < 1 || month.value > MONTH_LAST)
        return fault_at(cursor, cursor->at - 2, month_message(month.value));
    date->precision = EDTF_MONTH;
    date->earliest = month_first(year, month.value);
    date->latest = month_last(year, month.value);
    return true;
}

static bool day_apply(struct edtf_reader *cursor, struct edtf_date *date, struct edtf_field day)
{
    if (day.unspecified) {
        date->unspecified = true;
        return true;
    }
    if (date->unspecified)
        return fault_at(cursor, cursor->at - 2, "the day of an unspecified month is XX");
    if (day.value < 1 || day.value > date->latest.day)
        return fault_at(cursor, cursor->at - 2, "the month has no such day");
    date->precision = EDTF_DAY;
    date->earliest.day = day.value;
    date->latest.day = day.value;
    return true;
}

// What follows the year: nothing, a month or season, or a month and a day.
static bool date_fields_parse(struct edtf_reader *cursor, struct edtf_date *date)
{
    struct edtf_field field;

    if (!cursor_take(cursor, '-'))
        return true;
    if (!field_parse(cursor, "expected a month of two digits", &field))
        return false;
    if (!month_apply(cursor, date, field))
        return false;
    if (date->precision == EDTF_SEASON && cursor_peek(cursor) == '-')
        return fault_here(cursor, "no day may follow a season");
    if (!cursor_take(cursor, '-'))
        return true;
    if (!field_parse(cursor, "expected a day of two digits", &field))
        return false;
    return day_apply(cursor, date, field);
}

static bool qualifier_parse(struct edtf_reader *cursor, struct edtf_date *date)
{
    char c = cursor_peek(cursor);

    if (!is_qualifier(c))
        return true;
    date->uncertain = c == '?' || c == '%';
    date->approximate = c == '~' || c == '%';
    cursor->at++;
    if (is_qualifier(cursor_peek(cursor)))
        return fault_here(cursor, "a date has one qualifier; % is both ? and ~");
    if (cursor_peek(cursor) == '-')
        return fault_at(cursor, cursor->at - 1, "a qualifier stands at the end of the whole date");
    return true;
}

static bool date_parse(struct edtf_reader *cursor, struct edtf_date *ret_date)
{
    struct years years;

    if (!year_parse(cursor, &years))
        return false;

    struct edtf_date date = {
        .earliest = month_first(years.first, 1),
        .latest = month_last(years.last, MONTH_LAST),
        .precision = years.precision,
        .unspecified = years.precision > EDTF_YEAR,
    };

    if (!date_fields_parse(cursor, &date))
        return false;
    if (cursor_peek(cursor) == 'T')
        return fault_here(cursor, "times of day are not supported");
    if (!qualifier_parse(cursor, &date))
        return false;
    *ret_date = date;
    return true;
}

static void edtf_coarsen(struct edtf *edtf, enum edtf_precision precision)
{
    if (precision > edtf->precision)
        edtf->precision = precision;
}

// Widens edtf to include date; the first date included sets the bounds.
static void edtf_include(struct edtf *edtf, const struct edtf_date *date)
{
    if (!edtf->has_earliest || edtf_day_compare(date->earliest, edtf->earliest) < 0)
        edtf->earliest = date->earliest;
    if (!edtf->has_latest || edtf_day_compare(date->latest, edtf->latest) > 0)
        edtf->latest = date->latest;
    edtf->has_earliest = true;
    edtf->has_latest = true;
    edtf->uncertain |= date->uncertain;
    edtf->approximate |= date->approximate;
    edtf_coarsen(edtf, date->precision);
}

static void edtf_open_start(struct edtf *edtf)
{
    edtf->has_earliest = false;
    edtf->earliest = (struct edtf_day){0};
    edtf->precision = EDTF_OPEN;
}

static void edtf_open_end(struct edtf *edtf)
{
    edtf->has_latest = false;
    edtf->latest = (struct edtf_day){0};
    edtf->precision = EDTF_OPEN;
}

// ret_known says whether there is a date, instead of ".." or nothing.
static bool interval_end_parse(struct edtf_reader *cursor, bool *ret_known,
                               struct edtf_date *ret_date)
{
    bool absent = cursor_take_dots(cursor) || cursor_peek(cursor) == '/' ||
                  (cursor->at > 0 && cursor_peek(cursor) == '\0');

    if (!absent && !date_parse(cursor, ret_date))
        return false;
    *ret_known = !absent;
    return true;
}

// Called after the start and the '/' have been read.
static bool interval_rest_parse(struct edtf_reader *cursor, const struct edtf_date *start,
                                struct edtf *edtf)
{
    struct edtf_date end;
    bool end_known;
    size_t end_at = cursor->at;

    if (!interval_end_parse(cursor, &end_known, &end))
        return false;
    if (!start && !end_known)
        return fault_at(cursor, end_at, "an interval needs a date at one end at least");
    if (start && end_known && edtf_day_compare(start->earliest, end.latest) > 0)
        return fault_at(cursor, end_at, "the interval ends before it starts");
    *edtf = (struct edtf){.interval = true};
    if (start)
        edtf_include(edtf, start);
    if (end_known)
        edtf_include(edtf, &end);
    // Each end has a bound of its own: 1979/1979-06 ends in June, though it may begin later in
    // 1979.
    if (start)
        edtf->earliest = start->earliest;
    else
        edtf_open_start(edtf);
    if (end_known)
        edtf->latest = end.latest;
    else
        edtf_open_end(edtf);
    return true;
}

static bool date_or_interval_parse(struct edtf_reader *cursor, struct edtf *edtf)
{
    struct edtf_date start;
    bool start_known;

    if (!interval_end_parse(cursor, &start_known, &start))
        return false;
    if (cursor_take(cursor, '/'))
        return interval_rest_parse(cursor, start_known ? &start : NULL, edtf);
    if (!start_known)
        return fault_here(cursor, "expected '/' and the end of the interval");
    *edtf = (struct edtf){0};
    edtf_include(edtf, &start);
    return true;
}

static bool set_bound_check(struct edtf_reader *cursor, size_t offset,
                            const struct edtf_date *bound)
{
    if (bound->unspecified)
        return fault_at(cursor, offset, "a date next to '..' in a set has no X");
    return true;
}

// What follows ".." after a member of a set: the date where the range ends, or the end of the set.
static bool set_range_parse(struct edtf_reader *cursor, const struct edtf_date *from,
                            struct edtf *edtf, bool *open_end)
{
    struct edtf_date until;
    size_t until_at = cursor->at;

    if (cursor_peek(cursor) == ']') {
        *open_end = true;
        return true;
    }
    if (cursor_peek(cursor) == ',')
        return fault_at(cursor, until_at, "'..' without a date after it ends the set");
    if (!date_parse(cursor, &until) || !set_bound_check(cursor, until_at, &until))
        return false;
    if (until.precision != from->precision)
        return fault_at(cursor, until_at, "the dates around '..' have the same precision");
    if (edtf_day_compare(from->earliest, until.latest) > 0)
        return fault_at(cursor, until_at, "the values end before they start");
    edtf_include(edtf, &until);
    return true;
}

static bool set_member_parse(struct edtf_reader *cursor, struct edtf *edtf, bool *open_end)
{
    struct edtf_date member;
    size_t member_at = cursor->at;

    if (cursor_sees_dots(cursor))
        return fault_here(cursor, "'..' without a date before it begins the set");
    if (!date_parse(cursor, &member))
        return false;
    edtf_include(edtf, &member);
    if (!cursor_take_dots(cursor))
        return true;
    return set_bound_check(cursor, member_at, &member) &&
           set_range_parse(cursor, &member, edtf, open_end);
}

// "..1984" at the beginning of a set, after the dots.
static bool set_start_parse(struct edtf_reader *cursor, struct edtf *edtf)
{
    struct edtf_date until;
    size_t until_at = cursor->at;

    if (!date_parse(cursor, &until) || !set_bound_check(cursor, until_at, &until))
        return false;
    edtf_include(edtf, &until);
    return true;
}

// Called after the '[' has been read.
static bool set_parse(struct edtf_reader *cursor, struct edtf *edtf)
{
    bool open_start = cursor_take_dots(cursor);
    bool open_end = false;

    *edtf = (struct edtf){.set = true};
    if (!(open_start ? set_start_parse(cursor, edtf) : set_member_parse(cursor, edtf, &open_end)))
        return false;
    while (cursor_take(cursor, ','))
        if (!set_member_parse(cursor, edtf, &open_end))
            return false;
    if (!cursor_take(cursor, ']'))
        return fault_here(cursor, "expected ',' or ']'");
    if (open_start)
        edtf_open_start(edtf);
    if (open_end)
        edtf_open_end(edtf);
    return true;
}

static bool text_parse(struct edtf_reader *cursor, struct edtf *edtf)
{
    if (strnlen(cursor->text, EDTF_TEXT_MAX + 1) > EDTF_TEXT_MAX)
        return fault_at(cursor, EDTF_TEXT_MAX, "a date has at most 200 bytes");
    if (cursor_peek(cursor) == '\0')
        return fault_here(cursor, "expected a date");
    if (cursor_peek(cursor) == '{')
        return fault_here(cursor, "sets of all members (level 2) are not supported");
    if (!(cursor_take(cursor, '[') ? set_parse(cursor, edtf)
                                   : date_or_interval_parse(cursor, edtf)))
        return false;
    if (cursor_peek(cursor) != '\0')
        return fault_here(cursor, "expected the end of the date");
    return true;
}

bool edtf_parse(const char *text, struct edtf *ret_edtf, struct edtf_fault *ret_fault)
{
    struct edtf_reader cursor = {.text = text};
    struct edtf edtf;

    if (!text_parse(&cursor, &edtf)) {
        *ret_fault = cursor.fault;
        return false;
    }
    *ret_edtf = edtf;
    return true;
}

void edtf_day_format(struct edtf_day day, char buffer[static EDTF_DAY_SIZE])
{
    // Unsigned and reduced, so that the compiler can prove that the buffer is large enough.
    unsigned month = (unsigned)day.month % 100;
    unsigned mday = (unsigned)day.day % 100;

    if (day.year >= 0 && day.year <= 9999)
        (void)snprintf(buffer, EDTF_DAY_SIZE, "%04d-%02u-%02u", day.year, month, mday);
    else
        (void)snprintf(buffer, EDTF_DAY_SIZE, "%+05d-%02u-%02u", day.year, month, mday);
}

int edtf_day_compare(struct edtf_day a, struct edtf_day b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

const char *edtf_precision_name(enum edtf_precision precision)
{
    static const char *const names[] = {
        [EDTF_DAY] = "day",   [EDTF_MONTH] = "month",   [EDTF_SEASON] = "season",
        [EDTF_YEAR] = "year", [EDTF_DECADE] = "decade", [EDTF_CENTURY] = "century",
        [EDTF_OPEN] = "open",
    };

    return names[precision];
}
