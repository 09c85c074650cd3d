// Checks strings against the named formats of the contract.
#include "contract/string_formats.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dates/calendar.h"
#include "dates/fiscal_year.h"

static bool year_in_range(struct edtf_day day)
{
    return day.year >= 1 && day.year <= 9999;
}

bool string_formats_days(const char *text, char ret_first[static EDTF_DAY_SIZE],
                         char ret_last[static EDTF_DAY_SIZE], struct edtf *ret_edtf)
{
    struct edtf_fault fault;
    if (!edtf_parse(text, ret_edtf, &fault))
        return false;
    ret_first[0] = ret_last[0] = '\0';
    if ((ret_edtf->has_earliest && !year_in_range(ret_edtf->earliest)) ||
        (ret_edtf->has_latest && !year_in_range(ret_edtf->latest)))
        return false;
    if (ret_edtf->has_earliest)
        edtf_day_format(ret_edtf->earliest, ret_first);
    if (ret_edtf->has_latest)
        edtf_day_format(ret_edtf->latest, ret_last);
    return true;
}

static bool edtf_valid(const char *text, const char **ret_detail)
{
    struct edtf edtf;
    struct edtf_fault fault = {0, "the year must lie between 0001 and 9999"};
    char first[EDTF_DAY_SIZE], last[EDTF_DAY_SIZE];
    if (string_formats_days(text, first, last, &edtf))
        return true;
    edtf_parse(text, &edtf, &fault);
    *ret_detail = fault.message;
    return false;
}

// Whether TEXT has the shape of MODEL, in which `0` stands for any digit.
static bool shape_is(const char *text, const char *model)
{
    for (; *model; text++, model++)
        if (*model == '0' ? *text < '0' || *text > '9' : *text != *model)
            return false;
    return !*text;
}

static bool date_valid(const char *text, const char **ret_detail)
{
    *ret_detail = "a day is written YYYY-MM-DD";
    const char *ignored;
    return shape_is(text, "0000-00-00") && edtf_valid(text, &ignored);
}

static bool partial_date_valid(const char *text, const char **ret_detail)
{
    *ret_detail = "a day, month or year is written YYYY-MM-DD, YYYY-MM or YYYY";
    const char *ignored;
    bool shaped =
        shape_is(text, "0000-00-00") || shape_is(text, "0000-00") || shape_is(text, "0000");
    return shaped && edtf_valid(text, &ignored) && strncmp(text + 4, "-2", 2) != 0;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}

static bool date_time_valid(const char *text, const char **ret_detail)
{
    *ret_detail = "a time is written YYYY-MM-DDThh:mm:ssZ";
    char day[11];
    const char *ignored;
    if (!shape_is(text, "0000-00-00T00:00:00Z"))
        return false;
    snprintf(day, sizeof day, "%.10s", text);
    bool timely =
        two_digits(text + 11) < 24 && two_digits(text + 14) < 60 && two_digits(text + 17) < 60;
    return timely && date_valid(day, &ignored);
}

// RFC 3986: only characters that a URI may contain, and complete percent escapes.
static bool uri_reference_valid(const char *text, const char **ret_detail)
{
    *ret_detail = "an address holds only the characters of RFC 3986";
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-._~:/?#[]@!$&'()*+,;=%";
    return text[strspn(text, allowed)] == '\0';
}

// One end of a span of fiscal years; NULL if it is open.
static bool end_read(const char *text, const struct fiscal_year **ret_year)
{
    *ret_year = fiscal_year_named(text);
    return *ret_year || strcmp(text, "..") == 0;
}

static bool ends_read(const char *text, const struct fiscal_year **ret_first,
                      const struct fiscal_year **ret_last)
{
    char first[8], last[8];
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    if (length >= sizeof first || (slash && strlen(slash + 1) >= sizeof last))
        return false;
    snprintf(first, sizeof first, "%.*s", (int)length, text);
    snprintf(last, sizeof last, "%s", slash ? slash + 1 : first);
    return end_read(first, ret_first) && end_read(last, ret_last) && (*ret_first || *ret_last) &&
           (!*ret_first || !*ret_last || (*ret_first)->first <= (*ret_last)->first);
}

bool string_formats_fiscal_years(const char *text, int *ret_first, int *ret_last)
{
    const struct fiscal_year *first, *last;
    if (!ends_read(text, &first, &last))
        return false;
    bool quarter = first && first->name[4];
    *ret_first = first ? atoi(first->name) + quarter : 0;
    *ret_last = last ? atoi(last->name) : 9999;
    return true;
}

bool string_formats_fiscal_days(const char *text, int *ret_first, int *ret_last)
{
    const struct fiscal_year *first, *last;
    if (!ends_read(text, &first, &last))
        return false;
    *ret_first = first ? calendar_month_start(first->first) : INT_MIN;
    *ret_last = last ? calendar_month_start(last->last + 1) - 1 : INT_MAX;
    return true;
}

static bool fiscal_years_valid(const char *text, const char **ret_detail)
{
    const struct fiscal_year *first = NULL, *last = NULL;
    bool good = ends_read(text, &first, &last);
    bool backward = first && last && first->first > last->first;
    *ret_detail = backward ? "the earlier fiscal year stands first, as in 2002/2016"
                           : "fiscal years are written 2010, 2002/2016, 1976TQ, ../2016 or"
                             " 2002/.., from 1900 to 2100";
    return good;
}

const struct schema_format formats[] = {{"edtf", edtf_valid},
                                        {"date", date_valid},
                                        {"partial-date", partial_date_valid},
                                        {"date-time", date_time_valid},
                                        {"uri-reference", uri_reference_valid},
                                        {"fiscal-years", fiscal_years_valid},
                                        {NULL, NULL}};
