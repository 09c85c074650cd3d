// Turns a page of changes into a feed: its identity, and the titles of the changed records.
#ifndef RELATA_ENDPOINTS_FEED_H
#define RELATA_ENDPOINTS_FEED_H

#include "endpoints/selection.h"
#include "formats/atom.h"

// If CALL asks for a feed, sets the default arguments of a feed: the newest change first. False if
// memory runs out.
bool feed_settle(struct call *call);

// A feed that still needs feed_complete; NULL if memory runs out.
struct feed *feed_new(const struct call *call);
void feed_free(struct feed *feed);

// Fills in what depends on SELECTION and on its neighbouring pages NEXT and PREV, which may be
// NULL. False if memory runs out or the database fails.
bool feed_complete(struct feed *feed, const struct selection *selection, const char *next,
                   const char *prev);

// Adds to CHANGE, a record of /v1/changes, the title of the changed record and the id of its entry,
// which is the same wherever its revision is served. False if memory runs out or the database
// fails.
bool feed_name(const struct call *call, json_t *change);

#endif
