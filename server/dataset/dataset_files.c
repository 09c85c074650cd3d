// Reads the files of a dataset and checks each record against the contract's write schemas.
#include "dataset/dataset_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/embedded.h"
#include "base/text.h"

enum { PLACE_SIZE = 512, FILE_DETAIL_SIZE = 768 };

// A file in memory: mapped, or embedded in the program.
struct file {
    const char *bytes;
    size_t length;
    void *mapped; // NULL if nothing is to be unmapped
};

static void file_cleanup(struct file *file)
{
    if (file->mapped)
        munmap(file->mapped, file->length);
}

static bool file_map(const char *path, struct file *ret_file)
{
    struct stat info;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool good = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
    if (good && info.st_size > 0) {
        size_t length = (size_t)info.st_size;
        void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
        good = bytes != MAP_FAILED;
        if (good)
            *ret_file = (struct file){bytes, length, bytes};
    } else {
        errno = errno ? errno : EINVAL;
    }
    close(descriptor);
    return good;
}

static bool shipped_find(const char *name, struct file *ret_file)
{
    for (size_t i = 0; i < embedded_dataset_file_count; i++) {
        const struct asset *data = &embedded_dataset_files[i];
        size_t begin = strncmp(data->name, "dataset/", 8) == 0 ? 8 : 0;
        if (strcmp(data->name + begin, name) != 0)
            continue;
        *ret_file = (struct file){data->bytes, (size_t)(data->end - data->bytes), NULL};
        return true;
    }
    errno = ENOENT;
    return false;
}

// The file NAME of a dataset; false, with errno, if it cannot be read.
static bool file_open(const char *dir, const char *name, struct file *ret_file)
{
    struct buffer path = {0};
    if (!dir)
        return shipped_find(name, ret_file);
    buffer_add_format(&path, "%s/%s", dir, name);
    bool good = file_map(buffer_text(&path), ret_file);
    int reason = errno;
    buffer_cleanup(&path);
    errno = reason;
    return good;
}

// The context for reporting a finding: where the value is.
struct file_judgement {
    const struct dataset_reader *reader;
    const char *place;
    const char *id; // of the record, or NULL
};

// Reports DETAIL at PLACE with its POINTER, and with the record's id, by which an editor finds it
// sooner.
static void file_fault_tell(const struct file_judgement *judgement, const char *pointer,
                            const char *detail)
{
    char place[PLACE_SIZE];
    const char *id = judgement->id;
    snprintf(place, sizeof place, "%.160s%.240s%s%.80s%s", judgement->place, pointer,
             id ? " (" : "", id ? id : "", id ? ")" : "");
    judgement->reader->fault(judgement->reader->context, place, detail);
}

// The nearest of the names or texts that the schema expects, or NULL.
static const char *expected_nearest(const struct schema_finding *finding)
{
    const char *names[256];
    size_t count = 0, i;
    const char *key;
    const json_t *value;
    if (json_is_array(finding->expected) && json_is_string(finding->found)) {
        json_array_foreach (finding->expected, i, value)
            if (json_is_string(value) && count < 256)
                names[count++] = json_string_value(value);
        return text_nearest(json_string_value(finding->found), names, count);
    }
    if (!json_is_object(finding->expected) || !finding->name)
        return NULL;
    json_object_foreach ((json_t *)finding->expected, key, value)
        if (count < 256)
            names[count++] = key;
    return text_nearest(finding->name, names, count);
}

const char *dataset_files_detail(const struct schema_finding *finding)
{
    bool pattern = strcmp(finding->keyword, "pattern") == 0;
    return pattern && strcmp(finding->pointer, "/version") == 0
               ? "a version is YEAR.MONTH or YEAR.MONTH.NUMBER, such as 2026.12 or 2026.12.1"
               : finding->detail;
}

static void file_finding_report(void *context, const struct schema_finding *finding)
{
    const struct file_judgement *judgement = context;
    char detail[FILE_DETAIL_SIZE];
    char sentence[TEXT_MEANT_SIZE];
    text_meant(expected_nearest(finding), NULL, sentence);
    snprintf(detail, sizeof detail, "%.600s%s%.150s", dataset_files_detail(finding),
             *sentence ? "." : "", sentence);
    file_fault_tell(judgement, finding->pointer, detail);
}

static bool file_value_judge(const struct dataset_reader *reader, const char *schema,
                             const json_t *value, const char *place)
{
    struct file_judgement judgement = {reader, place, json_text(value, "id")};
    return json_schema_check(openapi_schema(reader->spec, schema), value, file_finding_report,
                             &judgement) == 0;
}

static void invalid_tell(const struct dataset_reader *reader, const struct collection *collection,
                         const json_t *record)
{
    if (reader->invalid)
        reader->invalid(reader->context, collection, record);
}

static bool record_give(const struct dataset_reader *reader, const struct collection *collection,
                        const json_t *record, const char *place)
{
    char pointer[PLACE_SIZE];
    const char *field, *detail;
    const struct file_judgement judgement = {reader, place, json_text(record, "id")};
    if (!file_value_judge(reader, collection->write_schema, record, place)) {
        invalid_tell(reader, collection, record);
        return true;
    }
    if (collection->agrees(record, &field, &detail))
        return reader->record(reader->context, collection, record, place);
    snprintf(pointer, sizeof pointer, "/%s", field);
    file_fault_tell(&judgement, pointer, detail);
    invalid_tell(reader, collection, record);
    return true;
}

static size_t lines_between(const struct file *file, size_t from, size_t until)
{
    size_t lines = 0;
    for (size_t i = from; i < until && i < file->length; i++)
        lines += file->bytes[i] == '\n';
    return lines;
}

// The line of the file at which parsing failed.
static void syntax_report(const struct dataset_reader *reader, const char *name,
                          const struct file *file, size_t offset, const char *text)
{
    char detail[FILE_DETAIL_SIZE];
    size_t line = 1 + lines_between(file, 0, offset);
    snprintf(detail, sizeof detail, "line %zu: %.300s", line, text);
    reader->fault(reader->context, name, detail);
}

// Reports that a value at OFFSET could not be parsed.
static void parse_report(const struct dataset_reader *reader, const char *name,
                         const struct file *file, size_t offset, const json_error_t *error)
{
    char detail[FILE_DETAIL_SIZE];
    bool encoding = json_error_code(error) == json_error_invalid_utf8;
    snprintf(detail, sizeof detail, "%.150s%s", error->text,
             encoding ? "; save the file as UTF-8" : "");
    syntax_report(reader, name, file, offset, detail);
}

// Detects encodings that some editors write instead of plain UTF-8, and that the parser would not
// name. True if the file is plain.
static bool encoding_judge(const struct dataset_reader *reader, const char *name,
                           const struct file *file)
{
    const char *bytes = file->bytes, *what = NULL;
    if (file->length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        what = "the file begins with a byte order mark (BOM); save it as UTF-8 without BOM";
    else if (file->length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 ||
                                   memcmp(bytes, "\xfe\xff", 2) == 0 || !bytes[0] || !bytes[1]))
        what = "the file is UTF-16; save it as UTF-8 without BOM";
    if (what)
        syntax_report(reader, name, file, 0, what);
    return !what;
}

static size_t space_skip(const struct file *file, size_t at)
{
    while (at < file->length && strchr(" \t\r\n", file->bytes[at]) && file->bytes[at])
        at++;
    return at;
}

static bool next_is(const struct file *file, size_t at, char c)
{
    return at < file->length && file->bytes[at] == c;
}

// Reports that the file is not an array of records from AT on. Returns true, because other files
// are still read.
static bool array_refuse(const struct dataset_reader *reader, const struct collection *collection,
                         const char *name, const struct file *file, size_t at, const char *what)
{
    syntax_report(reader, name, file, at, what);
    invalid_tell(reader, collection, NULL);
    return true;
}

// Parses the items of one JSON array one at a time, and gives each to the reader.
static bool items_read(const struct dataset_reader *reader, const struct collection *collection,
                       const struct file *file, const char *name)
{
    char place[PLACE_SIZE];
    json_error_t error;
    size_t at = space_skip(file, 0), index = 0, line = 1, counted = 0;
    if (!next_is(file, at, '['))
        return array_refuse(reader, collection, name, file, at, "an array of records is expected");
    at = space_skip(file, at + 1);
    bool more = !next_is(file, at, ']');
    while (more) {
        AUTO(json)
        json_t *record = json_loadb(file->bytes + at, file->length - at,
                                    JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
        size_t used = error.position > 0 ? (size_t)error.position : 0;
        if (!record) {
            parse_report(reader, name, file, at + used, &error);
            invalid_tell(reader, collection, NULL);
            return true;
        }
        line += lines_between(file, counted, at);
        counted = at;
        snprintf(place, sizeof place, "%s:%zu#/%zu", name, line, index++);
        if (!record_give(reader, collection, record, place))
            return false;
        at = space_skip(file, at + used);
        more = next_is(file, at, ',');
        at += more;
        if (!more && !next_is(file, at, ']'))
            return array_refuse(reader, collection, name, file, at,
                                "`,` or `]` is expected behind a record");
        at = more ? space_skip(file, at) : at;
    }
    if (space_skip(file, at + 1) != file->length)
        syntax_report(reader, name, file, at + 1, "nothing may stand behind the array");
    return true;
}

static void missing_report(const struct dataset_reader *reader, const char *name)
{
    reader->fault(reader->context, name, strerror(errno));
}

static bool collection_file_read(const struct dataset_reader *reader, const char *dir,
                                 const struct collection *collection, const char *name, bool needed)
{
    AUTO(file) struct file file = {0};
    bool found = file_open(dir, name, &file);
    if (!found && !needed && errno == ENOENT)
        return true;
    if (!found)
        missing_report(reader, name);
    if (found && encoding_judge(reader, name, &file))
        return items_read(reader, collection, &file, name);
    invalid_tell(reader, collection, NULL);
    return true;
}

static const char official[] = "official/";

static bool shipped_official_read(const struct dataset_reader *reader,
                                  const struct collection *collection)
{
    char end[64];
    snprintf(end, sizeof end, "/%s.json", collection->name);
    for (size_t i = 0; i < embedded_dataset_file_count; i++) {
        const char *name = embedded_dataset_files[i].name;
        size_t length = strlen(name), behind = strlen(end);
        if (strncmp(name, official, sizeof official - 1) == 0 && length > behind &&
            strcmp(name + length - behind, end) == 0 &&
            !collection_file_read(reader, NULL, collection, name, true))
            return false;
    }
    return true;
}

static int folder_named(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

// Reads the records of each official source. A source has its own folder with only the files that
// it needs.
static bool official_read(const struct dataset_reader *reader, const char *dir,
                          const struct collection *collection)
{
    char name[320];
    struct dirent **sources = NULL;
    struct buffer path = {0};
    bool more = true;
    if (!dir)
        return shipped_official_read(reader, collection);
    buffer_add_format(&path, "%s/%s", dir, official);
    int count = scandir(buffer_text(&path), &sources, folder_named, alphasort);
    buffer_cleanup(&path);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s%s/%s.json", official, sources[i]->d_name, collection->name);
        more = more && collection_file_read(reader, dir, collection, name, false);
        free(sources[i]);
    }
    free(sources);
    return more;
}

bool dataset_files_collection(const struct dataset_reader *reader, const char *dir,
                              const struct collection *collection)
{
    char name[64];
    snprintf(name, sizeof name, "%s.json", collection->name);
    return collection_file_read(reader, dir, collection, name, true) &&
           official_read(reader, dir, collection);
}

// Parses a whole file as one value. NULL after a fault; *RET_MISSING if it does not exist.
static json_t *file_load(const struct dataset_reader *reader, const char *dir, const char *name,
                         bool *ret_missing)
{
    json_error_t error;
    AUTO(file) struct file file = {0};
    bool found = file_open(dir, name, &file);
    *ret_missing = !found && errno == ENOENT;
    if (!found) {
        if (!*ret_missing)
            missing_report(reader, name);
        return NULL;
    }
    if (!encoding_judge(reader, name, &file))
        return NULL;
    json_t *value = json_loadb(file.bytes, file.length, JSON_REJECT_DUPLICATES, &error);
    if (!value)
        parse_report(reader, name, &file, (size_t)error.position, &error);
    return value;
}

bool dataset_files_has(const char *dir, const char *name)
{
    AUTO(file) struct file file = {0};
    return file_open(dir, name, &file) || errno != ENOENT;
}

bool dataset_files_write(const char *dir, const char *name, struct buffer *text)
{
    struct buffer path = {0}, draft = {0};
    buffer_add_format(&path, "%s/%s", dir, name);
    buffer_add_format(&draft, "%s/%s.new", dir, name);
    const char *from = buffer_text(&draft), *to = buffer_text(&path);
    FILE *file = text->failed ? NULL : fopen(from, "w");
    bool good = file && (!text->length || fwrite(text->bytes, text->length, 1, file) == 1);
    good = good && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (file)
        good = fclose(file) == 0 && good;
    good = good && rename(from, to) == 0;
    int reason = errno;
    buffer_cleanup(&path);
    buffer_cleanup(&draft);
    errno = reason;
    return good;
}

json_t *dataset_files_release(const struct dataset_reader *reader, const char *dir)
{
    bool missing;
    json_t *release = file_load(reader, dir, "release.json", &missing);
    if (missing)
        missing_report(reader, "release.json");
    if (release && !file_value_judge(reader, "ReleaseWrite", release, "release.json#")) {
        json_decref(release);
        return NULL;
    }
    return release;
}

json_t *dataset_files_history(const struct dataset_reader *reader, const char *dir, int64_t number,
                              bool *ret_fault)
{
    char name[64], place[80];
    bool missing;
    snprintf(name, sizeof name, "history/%04lld.json", (long long)number);
    snprintf(place, sizeof place, "%s#/release", name);
    json_t *history = file_load(reader, dir, name, &missing);
    const json_t *release = json_object_get(history, "release");
    *ret_fault = !history && !missing;
    if (!history)
        return NULL;
    if (release && json_text(history, "hash") && json_is_object(json_object_get(history, "put")) &&
        file_value_judge(reader, "ReleaseWrite", release, place))
        return history;
    reader->fault(reader->context, name, "a release, a hash and an object `put` are expected");
    *ret_fault = true;
    json_decref(history);
    return NULL;
}

// The number of the revision whose file in history/ has this name; 0 if it is not such a file.
static int64_t history_number(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    bool file = digits >= 4 && digits < 18 && strcmp(name + digits, ".json") == 0;
    return file ? strtoll(name, NULL, 10) : 0;
}

static bool shipped_history_ends(int64_t number)
{
    static const char folder[] = "dataset/history/";
    bool ends = true;
    for (size_t i = 0; i < embedded_dataset_file_count; i++)
        if (strncmp(embedded_dataset_files[i].name, folder, sizeof folder - 1) == 0)
            ends = ends &&
                   history_number(embedded_dataset_files[i].name + sizeof folder - 1) <= number;
    return ends;
}

bool dataset_files_history_ends(const char *dir, int64_t number)
{
    struct buffer path = {0};
    const struct dirent *entry;
    bool ends = true;
    if (!dir)
        return shipped_history_ends(number);
    buffer_add_format(&path, "%s/history", dir);
    DIR *folder = opendir(buffer_text(&path));
    buffer_cleanup(&path);
    while (folder && (entry = readdir(folder)))
        ends = ends && history_number(entry->d_name) <= number;
    if (folder)
        closedir(folder);
    return ends;
}

bool dataset_files_there(const char *dir)
{
    struct stat info;
    if (!dir || (stat(dir, &info) == 0 && S_ISDIR(info.st_mode)))
        return true;
    errno = errno ? errno : ENOTDIR;
    return false;
}

bool dataset_files_history_records(const struct dataset_reader *reader, const json_t *history,
                                   int64_t number)
{
    char place[PLACE_SIZE];
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        size_t index;
        const json_t *record;
        const json_t *list = json_object_get(json_object_get(history, "put"), collections[i].name);
        json_array_foreach (list, index, record) {
            snprintf(place, sizeof place, "history/%04lld.json#/put/%s/%zu", (long long)number,
                     collections[i].name, index);
            if (!record_give(reader, &collections[i], record, place))
                return false;
        }
    }
    return true;
}
