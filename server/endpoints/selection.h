// The question that a call asks of a collection: filters, order, revision. Shared by lists, the
// network and the timeline.
#ifndef RELATA_ENDPOINTS_SELECTION_H
#define RELATA_ENDPOINTS_SELECTION_H

#include "endpoints/call.h"
#include "endpoints/warnings.h"
#include "query/query.h"

struct selection {
    struct call *call;
    json_t *arguments; // those of the call, and those that its cursor fixes
    json_t *pinned;    // the content of the cursor, from which the query borrows
    struct revision revision;
    char path[128]; // of the list, with the argument in its path filled in
    struct buffer match;
    json_t *record;        // key of the record whose changes are listed
    json_t *since;         // the number of a revision
    json_t *types;         // for records selected only by their ids
    struct query *changed; // the filters on the records whose changes are listed, or NULL
    struct query query;
    int64_t total, undated; // from the cursor or counted; -1 until then
    int64_t beyond;         // how many matching records belong to the other corpus
    struct warnings warnings;
};

// Reads the call's arguments and cursor into SELECTION, which must be {.call = call, .total = -1}
// with the query's collection set. Release it with selection_cleanup, also on failure.
enum err selection_read(struct selection *selection);
void selection_cleanup(struct selection *selection);

// Counts the matching records, unless the cursor contains the number.
enum err selection_count(struct selection *selection);

// The tag of the answer. It depends on the revision, the canonical request and the KEY of the
// cursors in it ("" if it has none): a re-created database signs other cursors, so clients with an
// answer of the old one must get a new one.
bool selection_tag(const struct selection *selection, const char *key,
                   char ret_tag[static DIGEST_HEX_SIZE]);

// The closed list of values of FIELD, in its order, as given for its filter; NULL if there is none.
const json_t *selection_ranks(const struct selection *selection, const struct field *field);

// Whether an argument determines what is cited: which records, in which order, at which prices, how
// added up; not which page, or which format.
bool selection_argument_cited(const char *name);

// The works that the answer is based on.
enum corpus selection_sources(const struct selection *selection);

// A query for the keys of all matching records, without paging; changes are in the order of their
// revisions. It borrows from SELECTION.
struct query selection_keys(const struct selection *selection);

// Whether an argument belongs to the selection of records, which a cursor fixes.
bool selection_argument_selects(const char *name);

// Whether the parameter NAME of a list of changes filters the changed records, and COLLECTION has
// that filter.
bool selection_filters_changed(const struct collection *collection, const char *name);

// Writes the canonical query for `meta.query`, with the corpus even if the request leaves it to the
// default.
void selection_query_write(const struct selection *selection, struct buffer *out);

// Writes the list's path and the ARGUMENTS that KEEP (NULL for all) allows.
void selection_address(const struct selection *selection, const json_t *arguments,
                       bool (*keep)(const char *name), struct buffer *out);
// The permanent address of this answer.
void selection_permalink(const struct selection *selection, struct buffer *out);
// The address of the citation of everything selected; "" if it would be too long to request.
void selection_citation(const struct selection *selection, struct buffer *out);
// The address of the whole list as a table.
void selection_table(const struct selection *selection, struct buffer *out);

// Writes `,"warnings":[...]` of the answer, and sets the matching header.
void selection_warn(struct selection *selection, struct buffer *out);

#endif
