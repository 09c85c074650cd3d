// Money in whole cents: shares, exact factors, and rounding half to even. No binary fractions.
#ifndef RELATA_AID_MONEY_H
#define RELATA_AID_MONEY_H

#include <stdbool.h>
#include <stdint.h>

// Wide enough for the sums and products below of any amounts that a record may have.
typedef __int128 money_cents;

// An exact quotient in lowest terms, both parts positive.
struct ratio {
    int64_t numerator, denominator;
};

struct ratio money_ratio(int64_t numerator, int64_t denominator);

// What falls to the parts from BEFORE to AFTER of DOLLARS (not negative) spread evenly over WHOLE
// parts. Neighbouring shares add up to the share of both, all shares to the whole amount.
money_cents money_share(int64_t dollars, int before, int after, int whole);

// AMOUNT (not negative) times RATIO, rounded half to even to a cent.
money_cents money_scale(money_cents amount, struct ratio ratio);

// The value of the last of DIGITS significant digits of AMOUNT, in cents; a dollar at least.
money_cents money_unit(money_cents amount, int digits);

// AMOUNT (not negative) rounded half to even to a multiple of UNIT.
money_cents money_round(money_cents amount, money_cents unit);

// Whole dollars of AMOUNT, rounded half to even; false where they pass 2^53 - 1, the greatest
// integer that every reader of JSON keeps.
bool money_dollars(money_cents amount, int64_t *ret_dollars);

#endif
