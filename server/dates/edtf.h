// Parses dates in the Extended Date/Time Format into a first and a last possible day.
//
// Source: ISO 8601-2:2019 annex A. The section names below are those of the Library of Congress
// "Extended Date/Time Format (EDTF) Specification" of 2019-02-04. Supported:
//
//   Level 0  Date; Time Interval. Date and Time is refused: records have days, not times of day.
//   Level 1  all of it. "Y" years have five to nine digits, so that every year fits an int.
//   Level 2  One of a set; Interval, as far as Level 1 can write both of its ends.
//
// and nothing else. Where the specification leaves a choice:
//
//   - An interval needs a date at one end at least: "/", "../.." and ".." are refused, because the
//     specification leaves out "the start or end date", never both.
//   - The end of an interval and the member of a set may be any single date of Level 1, including
//     a season, a negative year and a "Y" year.
//   - A season may carry a qualifier, and so may a member of a set; a set as a whole may not.
//   - In a set, a date next to ".." has no "X", and both sides have the same precision.
//     The members need not be in order.
//   - "-0000" is refused: the year 0000 has no sign.
//
// Seasons are those of the northern hemisphere in whole months: spring (21) is March to May, summer
// (22) June to August, autumn (23) September to November, winter (24) December to February of the
// next year, so 2001-24 ends on 2002-02-28.
//
// Every function is pure and allocates nothing; any thread may call it at any time.
#ifndef RELATA_DATES_EDTF_H
#define RELATA_DATES_EDTF_H

#include <stdbool.h>
#include <stddef.h>

// Longer texts are refused, in bytes.
#define EDTF_TEXT_MAX 200

// The longest form "-2147483648-12-31" and its NUL.
#define EDTF_DAY_SIZE 18

// From fine to coarse: the coarser of two precisions is the greater value.
enum edtf_precision {
    EDTF_DAY,
    EDTF_MONTH, // also with an unspecified day: 1985-04-XX
    EDTF_SEASON,
    EDTF_YEAR, // also with an unspecified month: 2004-XX, 1985-XX-XX
    EDTF_DECADE,
    EDTF_CENTURY,
    EDTF_OPEN // an end of the interval or set is open or unknown
};

// A day of the proleptic Gregorian calendar; the year 0 precedes the year 1.
struct edtf_day {
    int year, month, day;
};

struct edtf {
    bool has_earliest, has_latest;    // false where the end is open ("..") or unknown
    struct edtf_day earliest, latest; // first and last possible day; zero if absent
    enum edtf_precision precision;    // of an interval or set: that of its coarsest part
    bool uncertain, approximate;      // of an interval or set: whether any part has the qualifier
    bool interval, set;
};

struct edtf_fault {
    size_t offset;       // in bytes, at most EDTF_TEXT_MAX
    const char *message; // what is wrong there; static
};

// Parses the whole of text, which ends in NUL; at most EDTF_TEXT_MAX + 1 bytes are read. On success
// fills ret_edtf; otherwise returns false and fills ret_fault. The other output is not touched.
// Days that do not exist are refused, and so are intervals whose last day is before their first. A
// qualifier (? ~ %) does not widen the days.
bool edtf_parse(const char *text, struct edtf *ret_edtf, struct edtf_fault *ret_fault);

// Writes day as ISO 8601 (YYYY-MM-DD). A year outside 0000 to 9999 is written in the expanded form,
// with a sign and at least four digits: -0044-03-15, +10000-02-29. edtf_parse reads the years from
// -9999 to 9999 back. The day must exist in the calendar.
void edtf_day_format(struct edtf_day day, char buffer[static EDTF_DAY_SIZE]);

// Negative, zero or positive if a is before, the same as or after b.
int edtf_day_compare(struct edtf_day a, struct edtf_day b);

// "day", "month", "season", "year", "decade", "century" or "open"; static.
const char *edtf_precision_name(enum edtf_precision precision);

#endif
