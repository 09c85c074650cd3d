// What makes a page of changes a feed: its identity, and the names of the records that changed.
#ifndef RELATA_ENDPOINTS_FEED_H
#define RELATA_ENDPOINTS_FEED_H

#include "endpoints/selection.h"
#include "formats/atom.h"

// Lets the arguments of CALL, where it asks for a feed, say what a feed is unless told otherwise:
// the newest change first. False when memory ends.
bool feed_settle(struct call *call);

// A feed that lacks what feed_complete adds; NULL when memory ends.
struct feed *feed_new(const struct call *call);
void feed_free(struct feed *feed);

// Adds what is known of SELECTION and of the pages around it, NEXT and PREV, which may be NULL.
// False when memory ends or the database fails.
bool feed_complete(struct feed *feed, const struct selection *selection, const char *next,
                   const char *prev);

// Adds to CHANGE, a record of /v1/changes, the title of the record that changed and the id of its
// entry, which is the same wherever its revision is served. False when memory ends or the database
// fails.
bool feed_name(const struct call *call, json_t *change);

#endif
