// The rules of releases: each version is used once, versions and times only increase, and what is
// loaded between two releases is a draft, which has the version of the release before it.
#ifndef RELATA_DATASET_RELEASE_H
#define RELATA_DATASET_RELEASE_H

#include "contract/openapi.h"
#include "storage/database.h"
#include "storage/revision.h"

// Whether version A, such as "2026.11" or "2026.11.2", is later than B.
bool release_later(const char *a, const char *b);

// The latest version in the database; "" if there is none. False on failure.
bool release_latest(struct database *database, char ret_version[static 32]);

// The description of a draft after NEWEST: its version and time (the load adds a second); editor
// and reason come from release.json only if that is newer, because otherwise they describe another
// revision. A new reference; NULL if memory runs out.
json_t *release_draft(const json_t *release, const struct revision *newest);

// The time in UTC; SOURCE_DATE_EPOCH in the environment overrides the clock.
void release_now(char ret_time[static 32]);

struct release_words {
    const char *version, *editor, *reason;
};

enum release_result { RELEASE_WRITTEN, RELEASE_REFUSED, RELEASE_FAILED };

// Writes DIR/release.json, dated now. LOAD_REFUSED, with the fault, if a value is not allowed by
// the contract or the version is earlier than the one in the existing file.
enum release_result release_write(const struct openapi *spec, const char *dir,
                                  const struct release_words *words, char ret_fault[static 512]);

#endif
