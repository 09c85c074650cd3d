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

// A computed amount is shown with as many significant digits as its source printed, and with no
// fewer than these: "8 billion" is one digit, but no amount that is known to one digit only.
enum { MONEY_DIGITS = 3 };

// The value of the last of DIGITS significant digits of AMOUNT, of at least MONEY_DIGITS, in cents;
// a dollar at least.
money_cents money_unit(money_cents amount, int digits);

// AMOUNT (not negative) rounded to a multiple of UNIT: half to even, down, and up.
money_cents money_round(money_cents amount, money_cents unit);
money_cents money_floor(money_cents amount, money_cents unit);
money_cents money_ceiling(money_cents amount, money_cents unit);

// Whole dollars of AMOUNT, rounded half to even; false where they pass 2^53 - 1, the greatest
// integer that every reader of JSON keeps.
bool money_dollars(money_cents amount, int64_t *ret_dollars);

#endif
