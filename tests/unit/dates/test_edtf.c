// The reader of EDTF, clause by clause of ISO 8601-2:2019 annex A / the EDTF specification.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dates/edtf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SHOWN_SIZE = 128 };

// shown is "earliest latest precision" and the flags that are set; an absent bound is "-".
struct accepted {
    const char *clause;
    const char *text;
    const char *shown;
};

struct refused {
    const char *clause;
    const char *text;
    size_t offset;
    const char *message;
};

static const struct accepted accepted[] = {
    // Level 0
    {"EDTF L0 Date: complete", "1985-04-12", "1985-04-12 1985-04-12 day"},
    {"EDTF L0 Date: reduced to the month", "1985-04", "1985-04-01 1985-04-30 month"},
    {"EDTF L0 Date: reduced to the year", "1985", "1985-01-01 1985-12-31 year"},
    {"EDTF L0 Date: year 0000", "0000", "0000-01-01 0000-12-31 year"},
    {"EDTF L0 Date: year 9999", "9999-12-31", "9999-12-31 9999-12-31 day"},
    {"EDTF L0 Date: leap day", "2004-02-29", "2004-02-29 2004-02-29 day"},
    {"EDTF L0 Date: leap day of a 400th year", "2000-02-29", "2000-02-29 2000-02-29 day"},
    {"EDTF L0 Date: leap day of year 0000", "0000-02-29", "0000-02-29 0000-02-29 day"},
    {"EDTF L0 Date: February", "1990-02", "1990-02-01 1990-02-28 month"},
    {"EDTF L0 Date: leap February", "2004-02", "2004-02-01 2004-02-29 month"},
    {"EDTF L0 Date: December", "2004-12", "2004-12-01 2004-12-31 month"},
    {"EDTF L0 Time Interval: years", "1964/2008", "1964-01-01 2008-12-31 year interval"},
    {"EDTF L0 Time Interval: years", "1979/1988", "1979-01-01 1988-12-31 year interval"},
    {"EDTF L0 Time Interval: months", "2004-06/2006-08", "2004-06-01 2006-08-31 month interval"},
    {"EDTF L0 Time Interval: days", "2004-02-01/2005-02-08", "2004-02-01 2005-02-08 day interval"},
    {"EDTF L0 Time Interval: day/month", "2004-02-01/2005-02",
     "2004-02-01 2005-02-28 month interval"},
    {"EDTF L0 Time Interval: day/year", "2004-02-01/2005", "2004-02-01 2005-12-31 year interval"},
    {"EDTF L0 Time Interval: year/month", "2005/2006-02", "2005-01-01 2006-02-28 year interval"},
    {"EDTF L0 Time Interval: same day", "2005-02-01/2005-02-01",
     "2005-02-01 2005-02-01 day interval"},
    {"EDTF L0 Time Interval: end within the start", "1979/1979-06",
     "1979-01-01 1979-06-30 year interval"},
    {"EDTF L0 Time Interval: start within the end", "1979-06/1979",
     "1979-06-01 1979-12-31 year interval"},

    // Level 1
    {"EDTF L1 Letter-prefixed calendar year", "Y170000002",
     "+170000002-01-01 +170000002-12-31 year"},
    {"EDTF L1 Letter-prefixed calendar year", "Y-170000002",
     "-170000002-01-01 -170000002-12-31 year"},
    {"EDTF L1 Letter-prefixed calendar year: shortest", "Y10000", "+10000-01-01 +10000-12-31 year"},
    {"EDTF L1 Letter-prefixed calendar year: longest", "Y-999999999",
     "-999999999-01-01 -999999999-12-31 year"},
    {"EDTF L1 Letter-prefixed calendar year: qualified", "Y-10000~",
     "-10000-01-01 -10000-12-31 year approximate"},
    {"EDTF L1 Letter-prefixed calendar year: in an interval", "Y-20000/-0044",
     "-20000-01-01 -0044-12-31 year interval"},
    {"EDTF L1 Seasons: spring", "2001-21", "2001-03-01 2001-05-31 season"},
    {"EDTF L1 Seasons: summer", "2001-22", "2001-06-01 2001-08-31 season"},
    {"EDTF L1 Seasons: autumn", "2001-23", "2001-09-01 2001-11-30 season"},
    {"EDTF L1 Seasons: winter", "2001-24", "2001-12-01 2002-02-28 season"},
    {"EDTF L1 Seasons: winter into a leap year", "2003-24", "2003-12-01 2004-02-29 season"},
    {"EDTF L1 Seasons: winter into the year 10000", "9999-24", "9999-12-01 +10000-02-29 season"},
    {"EDTF L1 Seasons: winter into the year 0000", "-0001-24", "-0001-12-01 0000-02-29 season"},
    {"EDTF L1 Seasons: in an interval", "2001-21/2001-23", "2001-03-01 2001-11-30 season interval"},
    {"EDTF L1 Seasons: qualified", "2001-21?", "2001-03-01 2001-05-31 season uncertain"},
    {"EDTF L1 Qualification of a date (complete)", "1984?", "1984-01-01 1984-12-31 year uncertain"},
    {"EDTF L1 Qualification of a date (complete)", "2004-06~",
     "2004-06-01 2004-06-30 month approximate"},
    {"EDTF L1 Qualification of a date (complete)", "2004-06-11%",
     "2004-06-11 2004-06-11 day uncertain approximate"},
    {"EDTF L1 Qualification of a date (complete): with X", "198X~",
     "1980-01-01 1989-12-31 decade approximate"},
    {"EDTF L1 Unspecified digit(s) from the right: one of a year", "201X",
     "2010-01-01 2019-12-31 decade"},
    {"EDTF L1 Unspecified digit(s) from the right: two of a year", "20XX",
     "2000-01-01 2099-12-31 century"},
    {"EDTF L1 Unspecified digit(s) from the right: first decade", "000X",
     "0000-01-01 0009-12-31 decade"},
    {"EDTF L1 Unspecified digit(s) from the right: month", "2004-XX", "2004-01-01 2004-12-31 year"},
    {"EDTF L1 Unspecified digit(s) from the right: day", "1985-04-XX",
     "1985-04-01 1985-04-30 month"},
    {"EDTF L1 Unspecified digit(s) from the right: day of a leap February", "2004-02-XX",
     "2004-02-01 2004-02-29 month"},
    {"EDTF L1 Unspecified digit(s) from the right: month and day", "1985-XX-XX",
     "1985-01-01 1985-12-31 year"},
    {"EDTF L1 Extended Interval: qualified start", "1984~/2004-06",
     "1984-01-01 2004-06-30 year approximate interval"},
    {"EDTF L1 Extended Interval: qualified end", "1979/1988?",
     "1979-01-01 1988-12-31 year uncertain interval"},
    {"EDTF L1 Extended Interval: both ends qualified", "1984?/2004-06-11~",
     "1984-01-01 2004-06-11 year uncertain approximate interval"},
    {"EDTF L1 Extended Interval: both ends qualified", "1984-06-02%/2004-08-08",
     "1984-06-02 2004-08-08 day uncertain approximate interval"},
    {"EDTF L1 Open end time interval: day", "1985-04-12/..", "1985-04-12 - open interval"},
    {"EDTF L1 Open end time interval: month", "1985-04/..", "1985-04-01 - open interval"},
    {"EDTF L1 Open end time interval: year", "1985/..", "1985-01-01 - open interval"},
    {"EDTF L1 Open end time interval: qualified start", "1985?/..",
     "1985-01-01 - open uncertain interval"},
    {"EDTF L1 Open start time interval: day", "../1985-04-12", "- 1985-04-12 open interval"},
    {"EDTF L1 Open start time interval: month", "../1985-04", "- 1985-04-30 open interval"},
    {"EDTF L1 Open start time interval: year", "../1985", "- 1985-12-31 open interval"},
    {"EDTF L1 Time interval with unknown end: day", "1985-04-12/", "1985-04-12 - open interval"},
    {"EDTF L1 Time interval with unknown end: month", "1985-04/", "1985-04-01 - open interval"},
    {"EDTF L1 Time interval with unknown end: year", "1985/", "1985-01-01 - open interval"},
    {"EDTF L1 Time interval with unknown start: day", "/1985-04-12", "- 1985-04-12 open interval"},
    {"EDTF L1 Time interval with unknown start: month", "/1985-04", "- 1985-04-30 open interval"},
    {"EDTF L1 Time interval with unknown start: year", "/1985", "- 1985-12-31 open interval"},
    {"EDTF L1 Negative calendar year", "-1985", "-1985-01-01 -1985-12-31 year"},
    {"EDTF L1 Negative calendar year: day", "-0044-03-15", "-0044-03-15 -0044-03-15 day"},
    {"EDTF L1 Negative calendar year: leap", "-0004-02", "-0004-02-01 -0004-02-29 month"},
    {"EDTF L1 Negative calendar year: earliest", "-9999", "-9999-01-01 -9999-12-31 year"},
    {"EDTF L1 Negative calendar year: in an interval", "-0044/-0027",
     "-0044-01-01 -0027-12-31 year interval"},
    {"EDTF L1 Negative calendar year: unspecified digit", "-019X",
     "-0199-01-01 -0190-12-31 decade"},
    {"EDTF L1 Negative calendar year: unspecified digits", "-03XX",
     "-0399-01-01 -0300-12-31 century"},
    {"EDTF L1 Negative calendar year: there is no -0000", "-000X",
     "-0009-01-01 -0001-12-31 decade"},
    {"EDTF L1 Negative calendar year: there is no -0000", "-00XX",
     "-0099-01-01 -0001-12-31 century"},

    // Level 2
    {"EDTF L2 One of a set: years", "[1990,1991]", "1990-01-01 1991-12-31 year set"},
    {"EDTF L2 One of a set: a range among members", "[1667,1668,1670..1672]",
     "1667-01-01 1672-12-31 year set"},
    {"EDTF L2 One of a set: or some earlier day", "[..1760-12-03]", "- 1760-12-03 open set"},
    {"EDTF L2 One of a set: or some earlier year", "[..1984]", "- 1984-12-31 open set"},
    {"EDTF L2 One of a set: or some earlier year", "[..1990,1995]", "- 1995-12-31 open set"},
    {"EDTF L2 One of a set: or some later month", "[1760-12..]", "1760-12-01 - open set"},
    {"EDTF L2 One of a set: or some later month", "[1760-01,1760-02,1760-12..]",
     "1760-01-01 - open set"},
    {"EDTF L2 One of a set: or some later year", "[1990,1992..]", "1990-01-01 - open set"},
    {"EDTF L2 One of a set: open at both ends", "[..1984,1990..]", "- - open set"},
    {"EDTF L2 One of a set: year and month", "[1667,1760-12]", "1667-01-01 1760-12-31 year set"},
    {"EDTF L2 One of a set: a range alone", "[1990..1992]", "1990-01-01 1992-12-31 year set"},
    {"EDTF L2 One of a set: a range of days", "[1990-01-30..1990-02-02]",
     "1990-01-30 1990-02-02 day set"},
    {"EDTF L2 One of a set: one member", "[1984]", "1984-01-01 1984-12-31 year set"},
    {"EDTF L2 One of a set: in any order", "[1992,1990-05-02,1991]",
     "1990-05-02 1992-12-31 year set"},
    {"EDTF L2 One of a set: qualified member", "[1667?,1668]",
     "1667-01-01 1668-12-31 year uncertain set"},
    {"EDTF L2 One of a set: member with X", "[166X,1760-12-XX]",
     "1660-01-01 1760-12-31 decade set"},
    {"EDTF L2 One of a set: seasons", "[2001-21..2001-23]", "2001-03-01 2001-11-30 season set"},
    {"EDTF L2 Interval: unspecified digit in the years", "199X/200X",
     "1990-01-01 2009-12-31 decade interval"},
    {"EDTF L2 Interval: unspecified day", "2004-06-XX/2004-07-03",
     "2004-06-01 2004-07-03 month interval"},
    {"EDTF L2 Interval: end may be before the start ends", "199X/1991",
     "1990-01-01 1991-12-31 decade interval"},
    {"EDTF L2 Interval: century to decade", "19XX/201X", "1900-01-01 2019-12-31 century interval"},
    {"EDTF L2 Interval: X and an open end", "199X/..", "1990-01-01 - open interval"},
};

static const char year_message[] = "a date begins with a year of four digits, such as 1979-12";
static const char month_message[] = "a month is 01 to 12, a season 21 to 24";
static const char two_message[] = "expected a month of two digits";
static const char no_day[] = "the month has no such day";
static const char end_message[] = "expected the end of the date";
static const char qualifier_message[] = "a qualifier stands at the end of the whole date";
static const char one_qualifier[] = "a date has one qualifier; % is both ? and ~";
static const char year_x_message[] = "only the last one or two digits of a year may be X";
static const char alone_message[] = "no month may follow a year with X or Y";
static const char whole_x_message[] = "a month or day is unspecified as a whole: XX";
static const char rest_message[] = "a year has four digits, or more after Y; a month follows a '-'";
static const char one_end[] = "an interval needs a date at one end at least";
static const char reversed[] = "the interval ends before it starts";
static const char times_message[] = "times of day are not supported";
static const char groups_message[] = "sub-year groupings 25 to 41 (level 2) are not supported";
static const char bound_x_message[] = "a date next to '..' in a set has no X";

static const struct refused refused[] = {
    // Level 0
    {"EDTF L0 Date: nothing", "", 0, "expected a date"},
    {"EDTF L0 Date: two digits", "85", 2, year_message},
    {"EDTF L0 Date: words", "circa 1985", 0, year_message},
    {"EDTF L0 Date: leading space", " 1985", 0, year_message},
    {"EDTF L0 Date: trailing space", "1985 ", 4, end_message},
    {"EDTF L0 Date: not ASCII",
     "1985\xe2\x80\x93"
     "1990",
     4, end_message},
    {"EDTF L0 Date: bytes beyond ASCII", "\xff\xfe", 0, year_message},
    {"EDTF L0 Date: plus sign", "+1985", 0, "a year has no '+'"},
    {"EDTF L0 Date: five digits", "19850", 4, rest_message},
    {"EDTF L0 Extended format: basic format", "19850412", 4, rest_message},
    {"EDTF L0 Date: no month", "1985-", 5, two_message},
    {"EDTF L0 Date: one digit of a month", "1985-4", 5, two_message},
    {"EDTF L0 Date: one digit of a month", "1985-4-12", 5, two_message},
    {"EDTF L0 Date: month 00", "1985-00", 5, month_message},
    {"EDTF L0 Date: month 13", "1985-13", 5, month_message},
    {"EDTF L0 Date: month 20", "1985-20-01", 5, month_message},
    {"EDTF L0 Date: ordinal date", "1985-102", 7, end_message},
    {"EDTF L0 Date: week date", "1985-W15-5", 5, two_message},
    {"EDTF L0 Date: no day", "1985-04-", 8, "expected a day of two digits"},
    {"EDTF L0 Date: one digit of a day", "1985-04-1", 8, "expected a day of two digits"},
    {"EDTF L0 Date: day 00", "1985-04-00", 8, no_day},
    {"EDTF L0 Date: 31 April", "1985-04-31", 8, no_day},
    {"EDTF L0 Date: 30 February", "1990-02-30", 8, no_day},
    {"EDTF L0 Date: 29 February of a common year", "1990-02-29", 8, no_day},
    {"EDTF L0 Date: 29 February of a 100th year", "1900-02-29", 8, no_day},
    {"EDTF L0 Date: after the day", "1985-04-12-", 10, end_message},
    {"EDTF L0 Date and Time: local", "1985-04-12T23:20:30", 10, times_message},
    {"EDTF L0 Date and Time: UTC", "1985-04-12T23:20:30Z", 10, times_message},
    {"EDTF L0 Date and Time: in an interval", "1985-04-12/1985-04-13T10:00:00", 21, times_message},
    {"EDTF L0 Time Interval: backwards", "2008/1964", 5, reversed},
    {"EDTF L0 Time Interval: backwards by a day", "2005-02-02/2005-02-01", 11, reversed},
    {"EDTF L0 Time Interval: duration", "1985/P1Y", 5, year_message},
    {"EDTF L0 Time Interval: abbreviated end", "1985-04/06", 10, year_message},
    {"EDTF L0 Time Interval: three ends", "1985/1986/1987", 9, end_message},

    // Level 1
    {"EDTF L1 Letter-prefixed calendar year: nothing", "Y", 1,
     "Y is followed by a year of more than four digits"},
    {"EDTF L1 Letter-prefixed calendar year: four digits", "Y1985", 1,
     "Y is followed by a year of more than four digits"},
    {"EDTF L1 Letter-prefixed calendar year: leading zero", "Y-01985", 2,
     "a year after Y has no leading zero"},
    {"EDTF L1 Letter-prefixed calendar year: ten digits", "Y1234567890", 10,
     "a year after Y has at most nine digits"},
    {"EDTF L1 Letter-prefixed calendar year: month", "Y17000-01", 6, alone_message},
    {"EDTF L1 Letter-prefixed calendar year: X", "Y1700X", 5,
     "a year after Y has no unspecified digits"},
    {"EDTF L1 Letter-prefixed calendar year: X", "Y17000X", 6,
     "a year after Y has no unspecified digits"},
    {"EDTF L1 Letter-prefixed calendar year: lower case", "y17000", 0, year_message},
    {"EDTF L1 Seasons: a day after it", "2001-21-01", 7, "no day may follow a season"},
    {"EDTF L1 Qualification of a date (complete): twice", "1984??", 5, one_qualifier},
    {"EDTF L1 Qualification of a date (complete): two", "1984?~", 5, one_qualifier},
    {"EDTF L1 Qualification of a date (complete): spaced", "1984 ?", 4, end_message},
    {"EDTF L1 Unspecified digit(s) from the right: lower case", "201x", 3,
     "an unspecified digit is written as X"},
    {"EDTF L1 Unspecified digit(s) from the right: of the draft", "19uu", 2,
     "an unspecified digit is written as X"},
    {"EDTF L1 Unspecified digit(s) from the right: inner", "19X5", 3,
     "only the rightmost digits of a year may be X"},
    {"EDTF L1 Unspecified digit(s) from the right: then a month", "198X-01", 4, alone_message},
    {"EDTF L1 Unspecified digit(s) from the right: then XX", "20XX-XX", 4, alone_message},
    {"EDTF L1 Unspecified digit(s) from the right: month alone", "1985-XX-12", 8,
     "the day of an unspecified month is XX"},
    {"EDTF L1 Unspecified digit(s) from the right: one of two", "1985-X", 5, two_message},
    {"EDTF L1 Extended Interval: both ends open", "../..", 3, one_end},
    {"EDTF L1 Extended Interval: both ends unknown", "/", 1, one_end},
    {"EDTF L1 Extended Interval: unknown and open", "/..", 1, one_end},
    {"EDTF L1 Extended Interval: open and unknown", "../", 3, one_end},
    {"EDTF L1 Extended Interval: no interval", "..", 2, "expected '/' and the end of the interval"},
    {"EDTF L1 Extended Interval: no slash", "..1985", 2,
     "expected '/' and the end of the interval"},
    {"EDTF L1 Extended Interval: no slash", "1985..", 4, end_message},
    {"EDTF L1 Extended Interval: one dot", "1985/.", 5, year_message},
    {"EDTF L1 Extended Interval: three dots", "1985/...", 7, end_message},
    {"EDTF L1 Extended Interval: of the draft", "1985/open", 5, year_message},
    {"EDTF L1 Extended Interval: qualified backwards", "2008?/1964~", 6, reversed},
    {"EDTF L1 Negative calendar year: zero", "-0000", 1, "the year 0000 has no sign"},
    {"EDTF L1 Negative calendar year: three digits", "-198", 4, year_message},
    {"EDTF L1 Negative calendar year: backwards", "-0027/-0044", 6, reversed},

    // Level 2
    {"EDTF L2 Exponential year", "Y-17E7", 4, "exponential years (level 2) are not supported"},
    {"EDTF L2 Exponential year", "Y17000E7", 6, "exponential years (level 2) are not supported"},
    {"EDTF L2 Significant digits", "1950S2", 4, "significant digits (level 2) are not supported"},
    {"EDTF L2 Significant digits", "Y171010000S3", 10,
     "significant digits (level 2) are not supported"},
    {"EDTF L2 Sub-year groupings", "2001-25", 5, groups_message},
    {"EDTF L2 Sub-year groupings", "2001-41", 5, groups_message},
    {"EDTF L2 Sub-year groupings: beyond the last", "2001-42", 5, month_message},
    {"EDTF L2 All Members", "{1667,1668}", 0, "sets of all members (level 2) are not supported"},
    {"EDTF L2 Group Qualification", "2004-06~-11", 7, qualifier_message},
    {"EDTF L2 Group Qualification", "2004?-06-11", 4, qualifier_message},
    {"EDTF L2 Qualification of Individual Component", "?2004-06-~11", 0, qualifier_message},
    {"EDTF L2 Qualification of Individual Component", "2004-%06-11", 5, qualifier_message},
    {"EDTF L2 Qualification of Individual Component", "2004-06-~11", 8, qualifier_message},
    {"EDTF L2 Unspecified Digit", "1XXX", 1, year_x_message},
    {"EDTF L2 Unspecified Digit", "XXXX-12-XX", 0, year_x_message},
    {"EDTF L2 Unspecified Digit", "156X-12-25", 4, alone_message},
    {"EDTF L2 Unspecified Digit", "198X-0X", 4, alone_message},
    {"EDTF L2 Unspecified Digit", "1984-1X", 5, whole_x_message},
    {"EDTF L2 Unspecified Digit", "1984-10-X1", 8, whole_x_message},
    {"EDTF L2 Interval: qualified component", "2004-06-~01/2004-06-~20", 8, qualifier_message},
    {"EDTF L2 Interval: backwards with X", "200X/199X", 5, reversed},
    {"EDTF L2 Interval: backwards with X", "2000/199X", 5, reversed},
    {"EDTF L2 One of a set: empty", "[]", 1, year_message},
    {"EDTF L2 One of a set: not closed", "[1990", 5, "expected ',' or ']'"},
    {"EDTF L2 One of a set: not closed", "[", 1, year_message},
    {"EDTF L2 One of a set: not closed", "[1990..", 7, year_message},
    {"EDTF L2 One of a set: spaces", "[1990, 1991]", 6, year_message},
    {"EDTF L2 One of a set: trailing comma", "[1990,]", 6, year_message},
    {"EDTF L2 One of a set: only dots", "[..]", 3, year_message},
    {"EDTF L2 One of a set: dots in the middle", "[1990..,1995]", 7,
     "'..' without a date after it ends the set"},
    {"EDTF L2 One of a set: dots in the middle", "[1990,..1995]", 6,
     "'..' without a date before it begins the set"},
    {"EDTF L2 One of a set: dots on both sides", "[..1990..]", 7, "expected ',' or ']'"},
    {"EDTF L2 One of a set: range of a range", "[1990..1992..1994]", 11, "expected ',' or ']'"},
    {"EDTF L2 One of a set: range backwards", "[1992..1990]", 7,
     "the values end before they start"},
    {"EDTF L2 One of a set: precisions around dots", "[1990..1992-03]", 7,
     "the dates around '..' have the same precision"},
    {"EDTF L2 One of a set: X before dots", "[199X..200X]", 1, bound_x_message},
    {"EDTF L2 One of a set: X after dots", "[1990-01..1991-02-XX]", 10, bound_x_message},
    {"EDTF L2 One of a set: X after opening dots", "[..199X]", 3, bound_x_message},
    {"EDTF L2 One of a set: interval within", "[1990/1991]", 5, "expected ',' or ']'"},
    {"EDTF L2 One of a set: set within", "[[1990]]", 1, year_message},
    {"EDTF L2 One of a set: qualified as a whole", "[1990,1991]?", 11, end_message},
    {"EDTF L2 One of a set: as an interval's start", "[1990]/1991", 6, end_message},
    {"EDTF L2 One of a set: as an interval's end", "1990/[1991]", 5, year_message},
};

static void bound_show(bool has, struct edtf_day day, char buffer[static EDTF_DAY_SIZE])
{
    if (has)
        edtf_day_format(day, buffer);
    else
        (void)snprintf(buffer, EDTF_DAY_SIZE, "-");
}

static void edtf_show(const struct edtf *edtf, char buffer[static SHOWN_SIZE])
{
    char earliest[EDTF_DAY_SIZE];
    char latest[EDTF_DAY_SIZE];

    bound_show(edtf->has_earliest, edtf->earliest, earliest);
    bound_show(edtf->has_latest, edtf->latest, latest);
    (void)snprintf(buffer, SHOWN_SIZE, "%s %s %s%s%s%s%s", earliest, latest,
                   edtf_precision_name(edtf->precision), edtf->uncertain ? " uncertain" : "",
                   edtf->approximate ? " approximate" : "", edtf->interval ? " interval" : "",
                   edtf->set ? " set" : "");
}

static void absent_bounds_are_zero(const struct edtf *edtf)
{
    struct edtf_day zero = {0};

    if (!edtf->has_earliest)
        assert_int_equal(edtf_day_compare(edtf->earliest, zero), 0);
    if (!edtf->has_latest)
        assert_int_equal(edtf_day_compare(edtf->latest, zero), 0);
}

// A copy without slack, so that a sanitizer sees any read past the NUL.
static char *text_copy(const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        fail_msg("out of memory");
    return copy;
}

static void test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(accepted); i++) {
        const struct accepted *row = &accepted[i];
        struct edtf edtf = {0};
        struct edtf_fault fault = {.offset = 77, .message = "untouched"};
        char shown[SHOWN_SIZE];
        char *text = text_copy(row->text);
        bool ok = edtf_parse(text, &edtf, &fault);

        free(text);
        if (!ok)
            fail_msg("%s: \"%s\" refused at %zu: %s", row->clause, row->text, fault.offset,
                     fault.message);
        edtf_show(&edtf, shown);
        if (strcmp(shown, row->shown) != 0)
            fail_msg("%s: \"%s\" is \"%s\", not \"%s\"", row->clause, row->text, shown, row->shown);
        absent_bounds_are_zero(&edtf);
        assert_int_equal(fault.offset, 77);
        assert_string_equal(fault.message, "untouched");
    }
}

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        const struct refused *row = &refused[i];
        struct edtf edtf;
        struct edtf untouched;
        struct edtf_fault fault = {0};
        char *text = text_copy(row->text);

        memset(&edtf, 0x5a, sizeof(edtf));
        memcpy(&untouched, &edtf, sizeof(edtf));

        bool ok = edtf_parse(text, &edtf, &fault);

        free(text);
        if (ok)
            fail_msg("%s: \"%s\" accepted", row->clause, row->text);
        if (fault.offset != row->offset || strcmp(fault.message, row->message) != 0)
            fail_msg("%s: \"%s\" refused at %zu: %s", row->clause, row->text, fault.offset,
                     fault.message);
        assert_memory_equal(&edtf, &untouched, sizeof(edtf));
    }
}

// "[1990,1990,...,1990]" of exactly length bytes, which must be a multiple of five and one more.
static void long_set(char *buffer, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buffer[i] = ",1990"[i % 5];
    buffer[0] = '[';
    buffer[length - 1] = ']';
    buffer[length] = '\0';
}

static void test_length(void **state)
{
    char text[EDTF_TEXT_MAX + 64];
    struct edtf edtf;
    struct edtf_fault fault;

    (void)state;
    long_set(text, EDTF_TEXT_MAX - 4);
    assert_true(edtf_parse(text, &edtf, &fault));
    long_set(text, EDTF_TEXT_MAX + 1);
    assert_false(edtf_parse(text, &edtf, &fault));
    assert_int_equal(fault.offset, EDTF_TEXT_MAX);
    assert_string_equal(fault.message, "a date has at most 200 bytes");

    // Exactly at the limit it is the content that is judged.
    memset(text, '[', EDTF_TEXT_MAX);
    text[EDTF_TEXT_MAX] = '\0';
    assert_false(edtf_parse(text, &edtf, &fault));
    assert_int_equal(fault.offset, 1);
}

// Every day of four centuries: accepted if and only if it follows the day before it.
static void test_calendar(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    long days = 0;
    struct edtf edtf;
    struct edtf_fault fault;

    (void)state;
    for (int year = 1600; year < 2000; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 32; day++) {
                char text[EDTF_DAY_SIZE];

                edtf_day_format((struct edtf_day){year, month, day}, text);

                bool ok = edtf_parse(text, &edtf, &fault);

                days += ok;
                if (ok != (day <= lengths[month - 1]) && !(month == 2 && day == 29))
                    fail_msg("%s is %s", text, ok ? "accepted" : "refused");
            }
    assert_int_equal(days, 146097);
}

static void test_day_format(void **state)
{
    static const struct {
        const char *clause;
        struct edtf_day day;
        const char *text;
    } rows[] = {
        {"ISO 8601-1 calendar date", {1985, 4, 12}, "1985-04-12"},
        {"ISO 8601-1 calendar date: year 0", {0, 1, 1}, "0000-01-01"},
        {"ISO 8601-1 calendar date: padded year", {44, 3, 15}, "0044-03-15"},
        {"ISO 8601-1 calendar date: last", {9999, 12, 31}, "9999-12-31"},
        {"ISO 8601-1 expanded representation", {10000, 2, 29}, "+10000-02-29"},
        {"ISO 8601-1 expanded representation: before 0", {-1, 12, 31}, "-0001-12-31"},
        {"ISO 8601-1 expanded representation: before 0", {-44, 3, 15}, "-0044-03-15"},
        {"ISO 8601-1 expanded representation: int", {INT_MIN, 12, 31}, "-2147483648-12-31"},
        {"ISO 8601-1 expanded representation: int", {INT_MAX, 12, 31}, "+2147483647-12-31"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[EDTF_DAY_SIZE];

        edtf_day_format(rows[i].day, text);
        if (strcmp(text, rows[i].text) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", rows[i].clause, text, rows[i].text);
    }
}

static void test_day_compare(void **state)
{
    static const struct edtf_day ascending[] = {
        {INT_MIN, 1, 1}, {-44, 3, 15}, {0, 1, 1},    {1985, 4, 12},
        {1985, 4, 13},   {1985, 5, 1}, {1986, 1, 1}, {INT_MAX, 12, 31},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            int order = edtf_day_compare(ascending[i], ascending[j]);

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

static void test_precision_name(void **state)
{
    static const char *const names[] = {"day",    "month",   "season", "year",
                                        "decade", "century", "open"};

    (void)state;
    assert_int_equal(COUNT(names), EDTF_OPEN + 1);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(edtf_precision_name((enum edtf_precision)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_length),         cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_day_format),     cmocka_unit_test(test_day_compare),
        cmocka_unit_test(test_precision_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
