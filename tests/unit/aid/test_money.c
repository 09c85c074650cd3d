// Money without fractions: shares that add up, exact factors, rounding half to even.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aid/money.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct rounding {
    const char *sentence;
    int64_t amount, unit, rounded, down, up;
};

static const struct rounding roundings[] = {
    {"nothing stays nothing", 0, 100, 0, 0, 0},
    {"under a half goes down", 149, 100, 100, 100, 200},
    {"over a half goes up", 151, 100, 200, 100, 200},
    {"a half above an odd goes up to the even", 150, 100, 200, 100, 200},
    {"a half above an even goes down to it", 250, 100, 200, 200, 300},
    {"a half of nothing goes to nothing", 50, 100, 0, 0, 100},
    {"a whole stays", 300, 100, 300, 300, 300},
    {"a carry goes through", 9996, 10, 10000, 9990, 10000},
};

static void amounts_are_rounded_half_to_even_and_bounds_outward(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(roundings); i++) {
        const struct rounding *row = &roundings[i];
        if (money_round(row->amount, row->unit) != row->rounded ||
            money_floor(row->amount, row->unit) != row->down ||
            money_ceiling(row->amount, row->unit) != row->up)
            fail_msg("%s", row->sentence);
    }
}

static void shares_add_up_to_the_whole(void **state)
{
    (void)state;
    const int64_t amounts[] = {0, 1, 7, 11000000000, 9007199254740991};
    for (size_t i = 0; i < COUNT(amounts); i++)
        for (int whole = 1; whole < 300; whole += 7) {
            money_cents sum = 0;
            for (int part = 0; part < whole; part++)
                sum += money_share(amounts[i], part, part + 1, whole);
            assert_true(sum == (money_cents)amounts[i] * 100);
        }
}

static void neighbouring_shares_are_the_share_of_both(void **state)
{
    (void)state;
    assert_true(money_share(100, 0, 1, 3) + money_share(100, 1, 3, 3) == 10000);
    assert_true(money_share(100, 0, 1, 3) == 3333);
    assert_true(money_share(100, 2, 3, 3) == 3334);
}

static void quotients_are_in_lowest_terms(void **state)
{
    (void)state;
    struct ratio ratio = money_ratio(255657 * 12, 82400 * 12);
    assert_int_equal(ratio.numerator, 255657);
    assert_int_equal(ratio.denominator, 82400);
    ratio = money_ratio(6, 3);
    assert_int_equal(ratio.numerator, 2);
    assert_int_equal(ratio.denominator, 1);
}

static void a_factor_is_applied_exactly(void **state)
{
    (void)state;
    assert_true(money_scale(1000, (struct ratio){1, 3}) == 333);
    assert_true(money_scale(5, (struct ratio){1, 2}) == 2);
    assert_true(money_scale(7, (struct ratio){1, 2}) == 4);
    // Far beyond what a double or 64 bits hold.
    money_cents most = (money_cents)9007199254740991 * 100;
    assert_true(money_scale(most, (struct ratio){45000000, 45000001}) < most);
    assert_true(money_scale(most, (struct ratio){45000000, 1}) == most * 45000000);
}

struct unit {
    int64_t amount;
    int digits;
    int64_t unit;
};

static const struct unit units[] = {
    {0, 1, 100},
    {99, 3, 100},
    {12345, 3, 100},
    {12345, 9, 100},
    {1234567, 4, 1000},
    {1234567, 5, 100},
    {3250000000000, 3, 10000000000},
    {3250000000000, 5, 100000000},
    {999900, 3, 1000},
    // Never fewer than three digits.
    {1234567, 1, 10000},
    {1234567, 2, 10000},
    {1234567, 3, 10000},
};

static void the_last_significant_digit_has_a_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(units); i++)
        if (money_unit(units[i].amount, units[i].digits) != units[i].unit)
            fail_msg("%d digits of %lld", units[i].digits, (long long)units[i].amount);
}

static void dollars_end_where_json_does(void **state)
{
    (void)state;
    int64_t dollars = -1;
    assert_true(money_dollars((money_cents)9007199254740991 * 100, &dollars));
    assert_true(dollars == 9007199254740991);
    assert_false(money_dollars((money_cents)9007199254740992 * 100, &dollars));
    assert_true(money_dollars(250, &dollars));
    assert_int_equal(dollars, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_rounded_half_to_even_and_bounds_outward),
        cmocka_unit_test(shares_add_up_to_the_whole),
        cmocka_unit_test(neighbouring_shares_are_the_share_of_both),
        cmocka_unit_test(quotients_are_in_lowest_terms),
        cmocka_unit_test(a_factor_is_applied_exactly),
        cmocka_unit_test(the_last_significant_digit_has_a_value),
        cmocka_unit_test(dollars_end_where_json_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
