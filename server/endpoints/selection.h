// A question to a collection, read from a call: what lists, the network and the timeline have in
// common.
#ifndef RELATA_ENDPOINTS_SELECTION_H
#define RELATA_ENDPOINTS_SELECTION_H

#include "endpoints/call.h"
#include "endpoints/warnings.h"
#include "query/query.h"

struct selection {
    struct call *call;
    json_t *arguments; // those of the call, with those that its cursor pins
    json_t *pinned;    // the cursor's value, from which the query borrows
    struct revision revision;
    char path[128]; // of the list, with the path's argument in it
    struct buffer match;
    json_t *record;        // the key of the record whose changes are listed
    json_t *since;         // the number of a revision
    json_t *types;         // of records that are asked for by their ids alone
    struct query *changed; // the filters of the records whose changes are listed, or NULL
    struct query query;
    int64_t total, undated; // of the cursor, else counted; -1 until then
    int64_t beyond;         // how many records of the other corpus match
    struct warnings warnings;
};

// Reads the call's arguments and cursor into SELECTION, which must be {.call = call, .total = -1}
// with the query's collection set. To be released with selection_cleanup, whatever comes out.
enum err selection_read(struct selection *selection);
void selection_cleanup(struct selection *selection);

// Counts the records that match, unless a cursor brought the number.
enum err selection_count(struct selection *selection);

// The tag of the answer: it follows from the revision, the canonical request and the KEY of the
// cursors in it, "" where it has none. A database made anew signs others: who kept the answer of
// the old one must get the new.
bool selection_tag(const struct selection *selection, const char *key,
                   char ret_tag[static DIGEST_HEX_SIZE]);

// The closed list that the values of FIELD are of, in its order, as its filter tells; else NULL.
const json_t *selection_ranks(const struct selection *selection, const struct field *field);

// Whether an argument is of what is cited: which records, in which order, in which prices, how
// added up; not which page of them, nor in which format.
bool selection_argument_cited(const char *name);

// Whose works the answer rests on.
enum corpus selection_sources(const struct selection *selection);

// Whether an argument belongs to the selection of records, which a cursor pins.
bool selection_argument_selects(const char *name);

// Whether the parameter NAME of a list of changes asks for the records that changed, and is a
// filter of COLLECTION.
bool selection_filters_changed(const struct collection *collection, const char *name);

// Writes the canonical query for `meta.query`, which names the corpus also where the request leaves
// it to the contract.
void selection_query_write(const struct selection *selection, struct buffer *out);

// Writes the list's path and those ARGUMENTS that KEEP (NULL for all) lets stand.
void selection_address(const struct selection *selection, const json_t *arguments,
                       bool (*keep)(const char *name), struct buffer *out);
// The address of the same answer for ever.
void selection_permalink(const struct selection *selection, struct buffer *out);
// The address of the citation of all that is selected; "" where it would be too long to be asked
// for.
void selection_citation(const struct selection *selection, struct buffer *out);
// The address of the whole list as a table.
void selection_table(const struct selection *selection, struct buffer *out);

// Writes `,"warnings":[...]` of the answer, and sets the header that goes with it.
void selection_warn(struct selection *selection, struct buffer *out);

#endif
