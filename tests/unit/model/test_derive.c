// The four bounds of an event: the days between which it began and those between which it ended.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/derive.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// What is expected is "begin_earliest begin_latest end_earliest end_latest"; a null is "-".
struct row {
    const char *sentence;
    const char *edtf;
    const char *extent;
    const char *expected;
};

static const struct row rows[] = {
    {"no date has no bounds", NULL, NULL, "- - - -"},
    {"a point is that day", "2001-09-11", "point", "2001-09-11 2001-09-11 2001-09-11 2001-09-11"},
    {"a day without extent is that day, too", "2001-09-11", NULL,
     "2001-09-11 2001-09-11 2001-09-11 2001-09-11"},
    {"throughout a year is all of it", "1965", "throughout",
     "1965-01-01 1965-01-01 1965-12-31 1965-12-31"},
    {"within a year may begin and end on any day of it", "1965", "within",
     "1965-01-01 1965-12-31 1965-01-01 1965-12-31"},
    {"a year without extent is like within it", "1965", NULL,
     "1965-01-01 1965-12-31 1965-01-01 1965-12-31"},
    {"within a month", "1990-02", "within", "1990-02-01 1990-02-28 1990-02-01 1990-02-28"},
    {"throughout a decade", "195X", "throughout", "1950-01-01 1950-01-01 1959-12-31 1959-12-31"},
    {"an interval takes the days of each end", "1947/195X", "throughout",
     "1947-01-01 1947-12-31 1950-01-01 1959-12-31"},
    {"an interval of days has exact ends", "1979-12-24/1989-02-15", "throughout",
     "1979-12-24 1979-12-24 1989-02-15 1989-02-15"},
    {"within an interval may be any of its days", "1947/195X", "within",
     "1947-01-01 1959-12-31 1947-01-01 1959-12-31"},
    {"an interval that ends within its start begins before it ends", "1990/1990-05", "throughout",
     "1990-01-01 1990-05-31 1990-05-01 1990-05-31"},
    {"an interval that starts within its end ends after it begins", "1990-05/1990", "throughout",
     "1990-05-01 1990-05-31 1990-05-01 1990-12-31"},
    {"one of a set may begin and end on any day between its ends", "[1988,1990]", "throughout",
     "1988-01-01 1990-12-31 1988-01-01 1990-12-31"},
    {"a set that is open at its end", "[1988..]", NULL, "1988-01-01 - 1988-01-01 -"},
    {"an open end has neither bound", "2024-11/..", "throughout", "2024-11-01 2024-11-30 - -"},
    {"nor has an unknown end", "2024-11/", "throughout", "2024-11-01 2024-11-30 - -"},
    {"nor has an open beginning", "../1958-09", "throughout", "- - 1958-09-01 1958-09-30"},
    {"within what is open at its end", "2024-11/..", "within", "2024-11-01 - 2024-11-01 -"},
    {"a qualifier does not widen the days", "1965~", "throughout",
     "1965-01-01 1965-01-01 1965-12-31 1965-12-31"},
};

static void bounds_write(const json_t *record, char *ret_text, size_t size)
{
    static const char *const keys[] = {"begin_earliest", "begin_latest", "end_earliest",
                                       "end_latest"};
    const char *texts[COUNT(keys)];
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_non_null(json_object_get(record, keys[i]));
        const char *text = json_text(record, keys[i]);
        texts[i] = text ? text : "-";
    }
    snprintf(ret_text, size, "%s %s %s %s", texts[0], texts[1], texts[2], texts[3]);
}

static void bounds_follow_from_the_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char found[128];
        AUTO(json)
        json_t *record =
            json_pack("{s:s?, s:s?}", "date_edtf", rows[i].edtf, "date_extent", rows[i].extent);
        assert_true(derive_event(record));
        bounds_write(record, found, sizeof found);
        if (strcmp(found, rows[i].expected) != 0)
            fail_msg("%s (%s):\n  %s\nis not\n  %s", rows[i].sentence,
                     rows[i].edtf ? rows[i].edtf : "null", found, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_follow_from_the_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
