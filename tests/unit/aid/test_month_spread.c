// Years of money: the fiscal calendar, the price index, and amounts spread over months.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "aid/month_spread.h"
#include "contract/string_formats.h"
#include "dates/calendar.h"

static void days_and_months_are_counted(void **state)
{
    (void)state;
    char day[CALENDAR_DAY_SIZE];
    assert_int_equal(calendar_day("1970-01-01"), 0);
    assert_int_equal(calendar_day("2000-03-01") - calendar_day("2000-02-28"), 2);
    assert_int_equal(calendar_day("1900-03-01") - calendar_day("1900-02-28"), 1);
    assert_int_equal(calendar_month("1976-07-04"), 1976 * 12 + 6);
    for (int number = calendar_day("0001-01-01"); number < calendar_day("9999-12-01");
         number += 97) {
        calendar_write(number, day);
        assert_int_equal(calendar_day(day), number);
    }
}

static void fiscal_years_follow_each_other(void **state)
{
    (void)state;
    assert_string_equal(fiscal_year_of(1976 * 12 + 5)->name, "1976");
    assert_string_equal(fiscal_year_of(1976 * 12 + 6)->name, "1976TQ");
    assert_string_equal(fiscal_year_of(1976 * 12 + 8)->name, "1976TQ");
    assert_string_equal(fiscal_year_of(1976 * 12 + 9)->name, "1977");
    assert_null(fiscal_year_of(1899 * 12 + 5));
    assert_null(fiscal_year_of(2100 * 12 + 9));
    assert_null(fiscal_year_named("1977TQ"));
}

static void spans_of_fiscal_years_are_days(void **state)
{
    (void)state;
    int first, last;
    assert_true(string_formats_fiscal_days("2002/2016", &first, &last));
    assert_int_equal(first, calendar_day("2001-10-01"));
    assert_int_equal(last, calendar_day("2016-09-30"));
    assert_true(string_formats_fiscal_days("1976TQ", &first, &last));
    assert_int_equal(first, calendar_day("1976-07-01"));
    assert_int_equal(last, calendar_day("1976-09-30"));
    assert_true(string_formats_fiscal_days("../1976", &first, &last));
    assert_int_equal(first, INT_MIN);
    assert_false(string_formats_fiscal_days("1976TQ/1976", &first, &last));
}

static void the_series_has_whole_years_only(void **state)
{
    (void)state;
    struct ratio ratio;
    struct price_index_range range = price_index_range();
    assert_true(price_index_year(range.first) && price_index_year(range.last));
    assert_false(price_index_year(range.first - 1) || price_index_year(range.last + 1));
    assert_true(price_index_factor(2000, 2000 * 12, 2000 * 12 + 11, &ratio));
    assert_int_equal(ratio.numerator, 1);
    assert_int_equal(ratio.denominator, 1);
    assert_false(price_index_factor(range.last + 1, 2000 * 12, 2000 * 12 + 11, &ratio));
    assert_false(price_index_factor(2000, 1900 * 12, 1900 * 12 + 11, &ratio));
}

static void slices_end_with_fiscal_and_calendar_years(void **state)
{
    (void)state;
    const int months[] = {6, 6, 3, 3};
    int missing, passed = 0;
    struct month_spread spread;
    struct month_spread_span span = {1975 * 12 + 6, 1976 * 12 + 11, false, false};
    assert_int_equal(month_spread_make(span, 0, &spread, &missing), SPREAD_DONE);
    assert_int_equal(spread.count, 4);
    for (size_t i = 0; i < spread.count; passed += spread.slices[i++].months) {
        assert_int_equal(spread.slices[i].months, months[i]);
        assert_ptr_equal(spread.slices[i].fiscal, fiscal_year_of(span.first + passed));
    }
    assert_true(month_spread_whole(&spread, 18).mean == 1800);
    assert_true(month_spread_share(&spread, 18, fiscal_year_named("1976")) == 1200);
    assert_true(month_spread_share(&spread, 18, fiscal_year_named("1976TQ")) == 300);
    assert_true(month_spread_share(&spread, 18, fiscal_year_named("1978")) == 0);
    month_spread_cleanup(&spread);
}

// An act lies somewhere: whole at the prices of one year, nobody knows which.
static void an_act_has_a_range_of_prices(void **state)
{
    (void)state;
    int missing;
    struct month_spread spread, one;
    struct month_spread_span span = {2017 * 12, 2021 * 12 + 11, false, true};
    struct month_spread_span year = {2017 * 12, 2017 * 12 + 11, false, true};
    assert_int_equal(month_spread_make(span, 2023, &spread, &missing), SPREAD_DONE);
    assert_int_equal(month_spread_make(year, 2023, &one, &missing), SPREAD_DONE);
    struct month_spread_amounts amounts = month_spread_whole(&spread, 1000000);
    assert_true(amounts.least < amounts.mean && amounts.mean < amounts.greatest);
    // The mean over one year is made of shares that are rounded to a cent each.
    assert_in_range(month_spread_whole(&one, 1000000).mean - amounts.greatest + 1, 0, 2);
    month_spread_cleanup(&spread);
    month_spread_cleanup(&one);
    span.act = false;
    assert_int_equal(month_spread_make(span, 2023, &spread, &missing), SPREAD_DONE);
    struct month_spread_amounts even = month_spread_whole(&spread, 1000000);
    assert_true(even.least == amounts.mean && even.greatest == amounts.mean);
    month_spread_cleanup(&spread);
}

// Every span of months has room for its slices and loses no cent.
static void no_span_loses_a_cent(void **state)
{
    (void)state;
    int missing;
    struct month_spread spread;
    for (int first = 1974 * 12; first < 1979 * 12; first++)
        for (int length = 1; length < 60; length++) {
            struct month_spread_span span = {first, first + length - 1, length % 2, false};
            assert_int_equal(month_spread_make(span, 0, &spread, &missing), SPREAD_DONE);
            assert_true(month_spread_whole(&spread, 1000003).mean == 100000300);
            month_spread_cleanup(&spread);
        }
}

static void a_year_outside_the_series_is_told(void **state)
{
    (void)state;
    int missing = 0;
    struct month_spread spread;
    struct month_spread_span span = {1911 * 12, 1914 * 12, false, false};
    assert_int_equal(month_spread_make(span, 2000, &spread, &missing), SPREAD_OUTSIDE);
    assert_int_equal(missing, 1911 * 12 + 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_months_are_counted),
        cmocka_unit_test(fiscal_years_follow_each_other),
        cmocka_unit_test(spans_of_fiscal_years_are_days),
        cmocka_unit_test(the_series_has_whole_years_only),
        cmocka_unit_test(slices_end_with_fiscal_and_calendar_years),
        cmocka_unit_test(an_act_has_a_range_of_prices),
        cmocka_unit_test(no_span_loses_a_cent),
        cmocka_unit_test(a_year_outside_the_series_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
