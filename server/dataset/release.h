// The rules of releases: a version is used once, versions and times only grow, and what is loaded
// between two releases is a draft, which carries the version of the release before it.
#ifndef RELATA_DATASET_RELEASE_H
#define RELATA_DATASET_RELEASE_H

#include "contract/openapi.h"
#include "storage/database.h"
#include "storage/revision.h"

// Whether version A, such as "2026.11" or "2026.11.2", is later than B.
bool release_later(const char *a, const char *b);

// The latest version that the database has; "" where it has none. False on failure.
bool release_latest(struct database *database, char ret_version[static 32]);

// What a draft on top of NEWEST says of itself: the version and the time of NEWEST, which the load
// makes a second later; editor and reason of release.json only where that is newer, for else they
// speak of another revision. A new reference, NULL when memory ends.
json_t *release_draft(const json_t *release, const struct revision *newest);

// The time in UTC: SOURCE_DATE_EPOCH in the environment stands in for the clock.
void release_now(char ret_time[static 32]);

struct release_words {
    const char *version, *editor, *reason;
};

enum release_result { RELEASE_WRITTEN, RELEASE_REFUSED, RELEASE_FAILED };

// Writes DIR/release.json with the present time as its date. REFUSED, with the fault, where a word
// is not what the contract allows or the version is earlier than that of the file before.
enum release_result release_write(const struct openapi *spec, const char *dir,
                                  const struct release_words *words, char ret_fault[static 512]);

#endif
