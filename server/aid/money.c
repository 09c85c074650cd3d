// Divides and rounds 128-bit integers.
#include "aid/money.h"

enum { CENTS = 100 };

static const int64_t dollars_max = 9007199254740991;

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

struct ratio money_ratio(int64_t numerator, int64_t denominator)
{
    int64_t divisor = common_divisor(numerator, denominator);
    return (struct ratio){numerator / divisor, denominator / divisor};
}

money_cents money_share(int64_t dollars, int before, int after, int whole)
{
    money_cents cents = (money_cents)dollars * CENTS;
    return cents * after / whole - cents * before / whole;
}

static money_cents divided(money_cents numerator, money_cents denominator)
{
    money_cents whole = numerator / denominator, twice = numerator % denominator * 2;
    bool up = twice > denominator || (twice == denominator && whole % 2);
    return whole + up;
}

money_cents money_scale(money_cents amount, struct ratio ratio)
{
    return divided(amount * ratio.numerator, ratio.denominator);
}

money_cents money_unit(money_cents amount, int digits)
{
    int length = 1;
    money_cents unit = CENTS;
    for (money_cents power = 10; power <= amount; power *= 10)
        length++;
    // CENTS has two digits.
    for (int zeros = 2; zeros < length - (digits > MONEY_DIGITS ? digits : MONEY_DIGITS); zeros++)
        unit *= 10;
    return unit;
}

money_cents money_round(money_cents amount, money_cents unit)
{
    return divided(amount, unit) * unit;
}

money_cents money_floor(money_cents amount, money_cents unit)
{
    return amount / unit * unit;
}

money_cents money_ceiling(money_cents amount, money_cents unit)
{
    return (amount + unit - 1) / unit * unit;
}

bool money_dollars(money_cents amount, int64_t *ret_dollars)
{
    money_cents dollars = divided(amount, CENTS);
    if (dollars > dollars_max)
        return false;
    *ret_dollars = (int64_t)dollars;
    return true;
}
