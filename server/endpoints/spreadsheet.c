// Plans and writes answers as spreadsheets.
#include "endpoints/spreadsheet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "endpoints/citation.h"
#include "endpoints/record_lines.h"
#include "endpoints/sources.h"
#include "formats/xlsx.h"
#include "http/file_stream.h"

struct spreadsheet {
    char name[32];
    struct tabular *table;
    json_t *about; // [[name, text], ...]
};

void spreadsheet_free(struct spreadsheet *spreadsheet)
{
    if (!spreadsheet)
        return;
    tabular_free(spreadsheet->table);
    json_decref(spreadsheet->about);
    free(spreadsheet);
}

bool spreadsheet_is_asked(const struct call *call)
{
    return call->format->shape == SHAPE_WORKBOOK;
}

void spreadsheet_expect(struct response *response)
{
    response->packed = true;
    response_header(response, "Vary", "%s",
                    response->negotiated ? "Accept, Accept-Encoding" : "Accept-Encoding");
}

static void about_line_add(json_t *about, const char *name, json_t *text)
{
    json_array_append_new(about, json_pack("[so]", name, text));
}

static void about_address_add(json_t *about, const char *name, const struct call *call,
                              struct buffer *path)
{
    AUTO(text) char *address = citation_address(call, buffer_text(path));
    about_line_add(about, name, json_string(address ? address : ""));
    buffer_cleanup(path);
}

// A line for each warning, with the ids in it.
static void warnings_tell(json_t *about, const struct warnings *warnings)
{
    size_t i;
    const json_t *warning;
    json_error_t error;
    struct buffer list = {0};
    warnings_list_write(warnings, &list);
    AUTO(json) json_t *told = json_loads(buffer_text(&list), 0, &error);
    buffer_cleanup(&list);
    json_array_foreach (told, i, warning) {
        const json_t *named = json_object_get(warning, "ids");
        AUTO(text) char *ids = named ? json_write(named, 0) : NULL;
        about_line_add(about, "Warning",
                       json_sprintf("%s: %s%s%s", json_text(warning, "code"),
                                    json_text(warning, "detail"), ids ? " " : "", ids ? ids : ""));
    }
}

static void licence_add(json_t *about, const struct call *call)
{
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    const json_t *licence = json_at_pointer(info, "/x-dataset/licence");
    about_line_add(about, "Licence",
                   json_sprintf("%s (%s)", json_text(licence, "name"), json_text(licence, "url")));
}

struct noting {
    const struct call *call;
    int64_t revision;
    json_t *works;
};

static bool row_note(void *context, const struct query_row *row)
{
    const struct noting *noting = context;
    int64_t revision = row->revision ? row->revision : noting->revision;
    return sources_note(noting->call, revision, row->record, noting->works);
}

// The works that the records which match rest on, as a citation of them tells; an empty object
// where the corpus tells: all of the paper's rests on the paper. NULL on failure.
static json_t *works_note(const struct call *call, const struct selection *selection)
{
    struct noting noting = {call, selection->revision.number, json_object()};
    const struct query all = selection_keys(selection);
    struct database *database = call->connection->database;
    bool good = selection_sources(selection) == CORPUS_PAPER ||
                (!query_rows(database, &all, row_note, &noting) && !database_failure(database));
    if (!good)
        json_decref(TAKE(noting.works));
    return noting.works;
}

static json_t *citation_of(const struct call *call, const struct selection *selection,
                           const char *path)
{
    AUTO(json) json_t *works = works_note(call, selection);
    const struct citation_grounds grounds = {.works = json_object_size(works) ? works : NULL,
                                             .corpus = selection_sources(selection)};
    json_t *item =
        works ? citation_item(call, &selection->revision, NULL, path, NULL, grounds) : NULL;
    return item ? citation_forms(item) : NULL;
}

static json_t *about_of(const struct call *call, struct selection *selection)
{
    struct buffer self = {0}, permalink = {0};
    json_t *about = json_array();
    const struct revision *revision = &selection->revision;
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    selection_address(selection, call->arguments, NULL, &self);
    selection_permalink(selection, &permalink);
    AUTO(json) json_t *forms = citation_of(call, selection, buffer_text(&permalink));
    about_line_add(about, "Dataset",
                   json_sprintf("%s: %s", json_text(info, "title"), json_text(info, "summary")));
    about_address_add(about, "Request", call, &self);
    about_address_add(about, "Permanent address", call, &permalink);
    about_line_add(about, "Records that match", json_sprintf("%lld", (long long)selection->total));
    about_line_add(about, "Version", json_string(revision->release));
    about_line_add(about, "Published", json_string(revision->time));
    about_line_add(about, "Revision", json_sprintf("%lld", (long long)revision->number));
    about_line_add(about, "Revision hash", json_string(revision->hash));
    about_line_add(about, "Citation", json_string(json_text(forms, "text")));
    licence_add(about, call);
    warnings_tell(about, &selection->warnings);
    return about;
}

static enum err size_check(struct call *call, const struct selection *selection)
{
    char detail[96];
    if (selection->total <= XLSX_RECORDS_MAX)
        return OK;
    snprintf(detail, sizeof detail, "a sheet has room for %d records, not for %lld",
             XLSX_RECORDS_MAX, (long long)selection->total);
    problem_culprit(&call->problem, "query", "format", detail, NULL, "csv");
    return problem_set(&call->problem, ERR_BAD_PARAMETER, "'format': %s.", detail);
}

enum err spreadsheet_plan(struct call *call, struct selection *selection, const char *name,
                          struct tabular *table)
{
    struct spreadsheet *sheet = calloc(1, sizeof *sheet);
    call->spreadsheet = sheet;
    if (!sheet || !table) {
        tabular_free(table);
        return problem_memory(&call->problem);
    }
    sheet->table = table;
    sheet->about = about_of(call, selection);
    snprintf(sheet->name, sizeof sheet->name, "%s", name);
    return sheet->about ? size_check(call, selection) : problem_memory(&call->problem);
}

static bool record_take(void *context, json_t *record)
{
    return xlsx_row(context, record);
}

static bool sheets_write(const struct spreadsheet *sheet, struct response *response,
                         struct scratch_room *room, struct scratch *file)
{
    size_t i;
    const json_t *line;
    AUTO(xlsx)
    struct xlsx *book = xlsx_new(room, file, sheet->table, sheet->name, response->modified);
    if (!book || !record_lines_read(response, record_take, book))
        return false;
    json_array_foreach (sheet->about, i, line)
        xlsx_note(book, json_string_value(json_array_get(line, 0)),
                  json_string_value(json_array_get(line, 1)));
    return xlsx_finish(TAKE(book));
}

enum err spreadsheet_make(struct call *call)
{
    struct response *response = call->response;
    const struct spreadsheet *sheet = call->spreadsheet;
    if (!sheet)
        return OK;
    struct scratch_room *room = pool_scratch(call->pool);
    AUTO(scratch) struct scratch *file = scratch_new(room);
    response_header_drop(response, "Content-Type");
    if (file && sheets_write(sheet, response, room, file) &&
        file_stream_respond(response, call->format->type, file))
        return OK;
    return problem_set(&call->problem, ERR_BUSY, "The spreadsheet could not be written to %s: %s.",
                       room->folder,
                       scratch_is_ended(room) ? "the service is stopping" : strerror(errno));
}
