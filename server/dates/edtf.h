// Dates as the Extended Date/Time Format writes them, read into a first and a last possible day.
//
// Source: ISO 8601-2:2019 annex A; the section names below are those of the Library of Congress
// "Extended Date/Time Format (EDTF) Specification" of 2019-02-04. Read are
//
//   Level 0  Date; Time Interval. Date and Time is refused: a record knows days, not times of day.
//   Level 1  all of it. "Y" years have five to nine digits, so that every year fits an int.
//   Level 2  One of a set; Interval, as far as Level 1 can write both of its ends.
//
// and nothing else. Where the specification leaves room:
//
//   - An interval needs a date at one end at least: "/", "../.." and ".." are refused, as the
//     specification leaves "the start or end date" out, never both.
//   - An interval's end and a member of a set is any single date that Level 1 allows: also a
//     season, a negative year and a "Y" year.
//   - A season may carry a qualifier, and so may a member of a set; a set as a whole may not.
//   - In a set, what stands next to ".." has no "X", and both sides have the same precision.
//     The members need not be in order.
//   - "-0000" is refused: the year 0000 has no sign.
//
// Seasons are those of the northern hemisphere in whole months: spring (21) is March to May, summer
// (22) June to August, autumn (23) September to November, winter (24) December to February of the
// year that follows, so 2001-24 ends on 2002-02-28.
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

// From fine to coarse, so that the coarser of two is the greater one.
enum edtf_precision {
    EDTF_DAY,
    EDTF_MONTH, // also a day that is unspecified: 1985-04-XX
    EDTF_SEASON,
    EDTF_YEAR, // also a month that is unspecified: 2004-XX, 1985-XX-XX
    EDTF_DECADE,
    EDTF_CENTURY,
    EDTF_OPEN // an end of the interval or set is open or unknown
};

// A day of the proleptic Gregorian calendar; the year 0 is the one before the year 1.
struct edtf_day {
    int year, month, day;
};

struct edtf {
    bool has_earliest, has_latest;    // false where the end is open ("..") or unknown
    struct edtf_day earliest, latest; // first and last day that the text allows; zero where absent
    enum edtf_precision precision;    // of an interval or set: that of its coarsest part
    bool uncertain, approximate;      // of an interval or set: that any part is so qualified
    bool interval, set;
};

struct edtf_fault {
    size_t offset;       // in bytes, at most EDTF_TEXT_MAX
    const char *message; // what is wrong there, in English; static
};

// Reads all of text, which ends in NUL, of which at most EDTF_TEXT_MAX + 1 bytes are looked at.
// Returns false and fills ret_fault where the text is refused; else fills ret_edtf. The other one
// is left untouched. Days that the calendar lacks are refused, and so is an interval whose latest
// day is before its earliest. A qualifier (? ~ %) does not widen the days.
bool edtf_parse(const char *text, struct edtf *ret_edtf, struct edtf_fault *ret_fault);

// Writes day as ISO 8601 (YYYY-MM-DD), a year outside 0000 to 9999 in the expanded form with its
// sign and at least four digits: -0044-03-15, +10000-02-29. edtf_parse reads the years from -9999
// to 9999 back. The month and the day must be those of a calendar day.
void edtf_day_format(struct edtf_day day, char buffer[static EDTF_DAY_SIZE]);

// Negative, zero or positive as a is before, the same as or after b.
int edtf_day_compare(struct edtf_day a, struct edtf_day b);

// "day", "month", "season", "year", "decade", "century" or "open"; static.
const char *edtf_precision_name(enum edtf_precision precision);

#endif
