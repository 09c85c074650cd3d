// What a client accepts: lists of names with weights (RFC 9110, 12.4 and 12.5).
#ifndef RELATA_HTTP_ACCEPT_H
#define RELATA_HTTP_ACCEPT_H

// The weight in thousandths that LIST, the value of `Accept` or `Accept-Encoding`, gives to NAME, a
// media type or a coding, by its most specific item; -1 if no item matches. Parameters of NAME, and
// parameters other than `q` in LIST, are ignored; a malformed item has weight 0.
int accept_weight(const char *list, const char *name);

#endif
