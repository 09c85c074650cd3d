// Any bytes at all as the file of the events: they are taken or their faults are told, and what is
// taken is sound.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "dataset/load.h"
#include "dataset/verify.h"

// Even a build that defines NDEBUG has to check.
#undef NDEBUG
#include <assert.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct openapi *spec;
static struct database *empty; // stays so: loads into it are dry
static char folder[] = "/dev/shm/relata-fuzz-XXXXXX";
static char given[64], dumped[64], taken[64];

static void folder_remove(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command))
        perror(folder);
}

static void file_write(const char *name, const void *bytes, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s.json", given, name);
    FILE *file = fopen(path, "w");
    assert(file && (!length || fwrite(bytes, length, 1, file) == 1) && fclose(file) == 0);
}

static void text_write(const char *name, const char *text)
{
    file_write(name, text, strlen(text));
}

// All that an event may name, and no more: so that a run is short.
static void others_write(void)
{
    size_t i;
    const json_t *id;
    const json_t *all = json_at_pointer(openapi_document(spec), "/components/schemas/Era/enum");
    json_t *eras = json_array();
    json_array_foreach (all, i, id)
        json_array_append_new(eras, json_pack("{sO ss ss si ss s[] s[]}", "id", id, "title", "t",
                                              "span_edtf", "1950", "position", 1, "description",
                                              "d", "citations", "notes"));
    char *text = json_dumps(eras, 0);
    assert(text);
    text_write("eras", text);
    free(text);
    json_decref(eras);
    text_write("release",
               "{\"version\":\"2026.11\",\"date\":\"2026-11-23T12:00:00Z\",\"editor\":\"e\","
               "\"reason\":\"r\",\"removed\":[]}");
    text_write("references",
               "[{\"id\":\"r\",\"citekey\":\"r\",\"status\":\"listed\",\"cited_in\":[],"
               "\"csl\":{\"id\":\"r\",\"type\":\"book\"},\"citations\":[],\"notes\":[]}]");
    text_write(
        "actors",
        "[{\"id\":\"a\",\"name\":\"A\",\"kind\":\"state\",\"aliases\":[],"
        "\"description\":\"d\",\"offices\":[],\"themes\":[],\"citations\":[],\"notes\":[]}]");
    text_write("themes",
               "[{\"id\":\"t\",\"title\":\"T\",\"kind\":\"concept\",\"description\":\"d\","
               "\"citations\":[],\"notes\":[]}]");
    text_write("aid", "[]");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char fault[SPEC_FAULT_SIZE];
    struct database_fault reason;
    (void)argc, (void)argv;
    spec = openapi_new(fault);
    assert(spec && mkdtemp(folder));
    atexit(folder_remove);
    snprintf(given, sizeof given, "%s/given", folder);
    snprintf(dumped, sizeof dumped, "%s/dumped", folder);
    snprintf(taken, sizeof taken, "%s/taken.db", folder);
    assert(mkdir(given, 0777) == 0);
    others_write();
    empty = database_open(":memory:", DATABASE_CREATE, &reason);
    assert(empty);
    return 0;
}

static void line_count(void *context, enum load_line kind, const char *text)
{
    int64_t *faults = context;
    assert(*text);
    *faults += kind == LOAD_FAULT;
}

static enum load_result dataset_take(struct database *database, const char *dir, bool dry_run)
{
    int64_t faults = 0;
    struct load_outcome outcome;
    const struct load_options options = {.dry_run = dry_run, .say = line_count, .context = &faults};
    load_dataset(database, spec, dir, &options, &outcome);
    assert(outcome.result == LOAD_DONE || outcome.result == LOAD_UNCHANGED ||
           outcome.result == LOAD_REFUSED);
    assert(outcome.faults == faults && (outcome.result == LOAD_REFUSED) == (faults > 0));
    assert(outcome.revision.number == (outcome.result != LOAD_REFUSED));
    return outcome.result;
}

static void finding_say(void *context, const char *finding)
{
    (void)context;
    fprintf(stderr, "%s\n", finding);
}

// A dataset that can be taken makes a sound database, which is dumped as what makes no revision.
static void taken_check(void)
{
    char reason[512];
    struct database_fault fault;
    // A file, for the check reads it through a second connection.
    struct database *database = database_open(taken, DATABASE_CREATE, &fault);
    assert(database);
    assert(dataset_take(database, given, false) == LOAD_DONE);
    assert(verify_database(database, spec, true, finding_say, NULL) == 0);
    // Over the one of the input before.
    assert(dump_dataset(database, spec, dumped, true, reason) == DUMP_DONE);
    assert(dataset_take(database, dumped, false) == LOAD_UNCHANGED);
    database_close(database);
    assert(unlink(taken) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    file_write("events", data, size);
    if (dataset_take(empty, given, true) == LOAD_DONE)
        taken_check();
    return 0;
}
