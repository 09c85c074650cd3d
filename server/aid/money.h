// Amounts in whole cents: shares, exact factors, rounding half to even. No binary fractions.
#ifndef RELATA_AID_MONEY_H
#define RELATA_AID_MONEY_H

#include <stdbool.h>
#include <stdint.h>

// Wide enough for the sums and products below, whatever amounts records may have.
typedef __int128 money_cents;

// An exact quotient in lowest terms; both parts are positive.
struct ratio {
    int64_t numerator, denominator;
};

struct ratio money_ratio(int64_t numerator, int64_t denominator);

// The share of DOLLARS (not negative) between part BEFORE and part AFTER, if it is spread evenly
// over WHOLE parts. Adjacent shares add up exactly, and all shares add up to DOLLARS.
money_cents money_share(int64_t dollars, int before, int after, int whole);

// AMOUNT (not negative) times RATIO, rounded half to even to a cent.
money_cents money_scale(money_cents amount, struct ratio ratio);

// A computed amount is shown with as many significant digits as its source printed, but at least
// this many: "8 billion" has one digit, though the amount is usually known better than that.
enum { MONEY_DIGITS = 3 };

// The value, in cents, of one unit in the last of DIGITS significant digits of AMOUNT; DIGITS below
// MONEY_DIGITS count as MONEY_DIGITS. At least one dollar.
money_cents money_unit(money_cents amount, int digits);

// AMOUNT (not negative) rounded to a multiple of UNIT: half to even, down, and up.
money_cents money_round(money_cents amount, money_cents unit);
money_cents money_floor(money_cents amount, money_cents unit);
money_cents money_ceiling(money_cents amount, money_cents unit);

// AMOUNT in whole dollars, rounded half to even. False above 2^53 - 1, the largest integer that
// every JSON reader keeps exactly.
bool money_dollars(money_cents amount, int64_t *ret_dollars);

#endif
