// Derives columns from the contract's schemas and writes records as rows of CSV or of JSON tables.
#include "formats/tabular.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/json_value.h"

struct column {
    char *name;
    const char *property;
    const char *key;  // of the objects in the list, or NULL
    const char *type; // of Table Schema
    const char *description;
    enum tabular_kind kind;
    bool nullable;
    bool numeric; // no text can stand in it, so that nothing has to be guarded
};

struct tabular {
    struct column *columns;
    size_t count;
    bool one_type; // the records are all of one type, within which ids differ
};

// KEYWORD of SCHEMA: its own, that of the schema it refers to, or of the first of its branches that
// has it.
static const json_t *keyword_find(const json_t *document, const json_t *schema, const char *keyword)
{
    size_t i;
    const json_t *branch, *found = json_object_get(schema, keyword);
    const char *reference = json_text(schema, "$ref");
    if (!found && reference && *reference == '#')
        found = keyword_find(document, json_at_pointer(document, reference + 1), keyword);
    json_array_foreach (json_object_get(schema, "allOf"), i, branch) {
        if (found)
            break;
        found = keyword_find(document, branch, keyword);
    }
    return found;
}

// KEYWORD of the property NAME, wherever SCHEMA or one of its branches tells it: one branch may
// give a property its form and another only narrow it.
static const json_t *property_find(const json_t *document, const json_t *schema, const char *name,
                                   const char *keyword)
{
    size_t i;
    const json_t *branch;
    const json_t *property = json_object_get(json_object_get(schema, "properties"), name);
    const json_t *found = keyword_find(document, property, keyword);
    const char *reference = json_text(schema, "$ref");
    if (!found && reference && *reference == '#')
        found = property_find(document, json_at_pointer(document, reference + 1), name, keyword);
    json_array_foreach (json_object_get(schema, "allOf"), i, branch) {
        if (found)
            break;
        found = property_find(document, branch, name, keyword);
    }
    return found;
}

static bool texts_hold(const json_t *texts, const char *text)
{
    size_t i;
    const json_t *item;
    json_array_foreach (texts, i, item) {
        const char *other = json_string_value(item);
        if (other && strcmp(other, text) == 0)
            return true;
    }
    return false;
}

static bool property_required(const json_t *document, const json_t *schema, const char *name)
{
    size_t i;
    const json_t *branch;
    const char *reference = json_text(schema, "$ref");
    bool required = texts_hold(json_object_get(schema, "required"), name);
    if (!required && reference && *reference == '#')
        required = property_required(document, json_at_pointer(document, reference + 1), name);
    json_array_foreach (json_object_get(schema, "allOf"), i, branch) {
        if (required)
            break;
        required = property_required(document, branch, name);
    }
    return required;
}

// What the property NAME of SCHEMA can be, by `type`, else by the values that it lists; 0 where
// nothing is said.
static unsigned property_kinds(const json_t *document, const json_t *schema, const char *name)
{
    size_t i;
    unsigned kinds = 0;
    const json_t *item, *type = property_find(document, schema, name, "type");
    const json_t *constant = property_find(document, schema, name, "const");
    if (json_is_string(type))
        return json_value_kind_named(json_string_value(type));
    json_array_foreach (type, i, item) {
        kinds |= json_value_kind_named(json_string_value(item));
    }
    if (kinds)
        return kinds;
    if (constant)
        return json_value_kind(constant);
    json_array_foreach (property_find(document, schema, name, "enum"), i, item) {
        kinds |= json_value_kind(item);
    }
    return kinds;
}

static bool property_nullable(const json_t *document, const json_t *schema, const char *name)
{
    unsigned kinds = property_kinds(document, schema, name);
    return !kinds || kinds & JSON_KIND_NULL || !property_required(document, schema, name);
}

static const char *type_of(const json_t *document, const json_t *schema, const char *name)
{
    unsigned kinds = property_kinds(document, schema, name);
    bool nullable = property_nullable(document, schema, name);
    const char *format = json_string_value(property_find(document, schema, name, "format"));
    switch (kinds & ~(unsigned)JSON_KIND_NULL) {
    case JSON_KIND_STRING:
        return format && strcmp(format, "date-time") == 0 ? "datetime" : "string";
    case JSON_KIND_INTEGER:
        return nullable ? "number" : "integer";
    case JSON_KIND_FRACTION:
    case JSON_KIND_NUMBER:
        return "number";
    case JSON_KIND_BOOLEAN:
        return nullable ? "any" : "boolean";
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT:
        return "string";
    default:
        return "any";
    }
}

static enum tabular_kind kind_of(const json_t *document, const json_t *schema, const char *name)
{
    const char *format = json_string_value(property_find(document, schema, name, "format"));
    bool text = property_kinds(document, schema, name) & JSON_KIND_STRING;
    if (!text || !format)
        return TABULAR_ANY;
    return strcmp(format, "date") == 0        ? TABULAR_DAY
           : strcmp(format, "date-time") == 0 ? TABULAR_STAMP
                                              : TABULAR_ANY;
}

static bool kinds_numeric(unsigned kinds)
{
    return kinds && !(kinds & (JSON_KIND_STRING | JSON_KIND_ARRAY | JSON_KIND_OBJECT));
}

static bool column_add(struct tabular *tabular, const struct column *column)
{
    struct column *columns =
        realloc(tabular->columns, (tabular->count + 1) * sizeof *tabular->columns);
    if (!columns)
        return false;
    tabular->columns = columns;
    columns[tabular->count] = *column;
    bool plain = !column->key || strcmp(column->key, "id") == 0;
    size_t size = strlen(column->property) + (plain ? 0 : strlen(column->key) + 1) + 1;
    char *name = columns[tabular->count].name = malloc(size);
    if (!name)
        return false;
    snprintf(name, size, "%s%s%s", column->property, plain ? "" : "_", plain ? "" : column->key);
    tabular->count++;
    return true;
}

// The columns of the objects with ITEMS as their schema, in the list COLUMN.
static bool columns_of_list(struct tabular *tabular, const json_t *document, const json_t *items,
                            struct column column)
{
    const char *key;
    json_t *ignored;
    const char *of_list = column.description;
    json_object_foreach ((json_t *)keyword_find(document, items, "properties"), key, ignored) {
        const char *of_key = json_string_value(property_find(document, items, key, "description"));
        column.key = key;
        column.kind = TABULAR_ANY;
        column.nullable = true;
        column.numeric = kinds_numeric(property_kinds(document, items, key));
        column.description = of_key ? of_key : of_list;
        if (!column_add(tabular, &column))
            return false;
    }
    return true;
}

static bool columns_of(struct tabular *tabular, const json_t *document, const json_t *schema,
                       const char *name, bool named)
{
    unsigned kinds = property_kinds(document, schema, name);
    const json_t *items = property_find(document, schema, name, "items");
    struct column column = {
        .property = name,
        .type = type_of(document, schema, name),
        .description = json_string_value(property_find(document, schema, name, "description")),
        .kind = kind_of(document, schema, name),
        .nullable = property_nullable(document, schema, name) ||
                    kinds & (JSON_KIND_ARRAY | JSON_KIND_OBJECT),
        .numeric = kinds_numeric(kinds),
    };
    if (kinds & JSON_KIND_ARRAY && keyword_find(document, items, "properties"))
        return columns_of_list(tabular, document, items, column);
    return (kinds & JSON_KIND_OBJECT && !named) || column_add(tabular, &column);
}

static bool property_taken(const struct tabular *tabular, const char *property)
{
    for (size_t i = 0; i < tabular->count; i++)
        if (strcmp(tabular->columns[i].property, property) == 0)
            return true;
    return false;
}

// NAME as it stands among PROPERTIES, or NULL: a list that asks for names may be gone before the
// table.
static const char *name_known(const json_t *properties, const json_t *name)
{
    size_t i;
    const json_t *property;
    json_array_foreach (properties, i, property) {
        if (json_equal(name, property))
            return json_string_value(property);
    }
    return NULL;
}

static bool columns_read(struct tabular *tabular, const json_t *document, const json_t *schema,
                         const json_t *properties, const json_t *names, bool matched)
{
    size_t i;
    const json_t *name;
    bool named = json_is_array(names);
    json_array_foreach (named ? names : properties, i, name) {
        const char *known = name_known(properties, name);
        if (!named && !matched && property_find(document, schema, known, "x-matched"))
            continue;
        if (known && !property_taken(tabular, known) &&
            !columns_of(tabular, document, schema, known, named))
            return false;
    }
    return true;
}

struct tabular *tabular_new(const struct openapi *spec, const char *served_schema,
                            const json_t *names, bool matched)
{
    const json_t *document = openapi_document(spec);
    const json_t *all = json_object_get(json_object_get(document, "components"), "schemas");
    const json_t *schema = json_object_get(all, served_schema);
    const json_t *properties = openapi_properties(spec, served_schema);
    struct tabular *tabular = schema ? calloc(1, sizeof *tabular) : NULL;
    if (!tabular)
        return NULL;
    tabular->one_type = property_find(document, schema, "type", "const");
    if (columns_read(tabular, document, schema, properties, names, matched))
        return tabular;
    tabular_free(tabular);
    return NULL;
}

void tabular_free(struct tabular *tabular)
{
    if (!tabular)
        return;
    for (size_t i = 0; i < tabular->count; i++)
        free(tabular->columns[i].name);
    free(tabular->columns);
    free(tabular);
}

// VALUE as the text of a cell; a null has none.
static void cell_value_write(const json_t *value, struct buffer *out)
{
    if (json_is_string(value)) {
        buffer_add_text(out, json_string_value(value));
    } else if (value && !json_is_null(value)) {
        AUTO(text) char *text = json_canonical(value);
        if (text)
            buffer_add_text(out, text);
        else
            out->failed = true;
    }
}

// Adds VALUE to a joined cell, with a backslash before each of SIGNS that stands in it, so that the
// signs that join can be told from those of texts.
static void escaped_write(const json_t *value, const char *signs, struct buffer *out)
{
    struct buffer text = {0};
    cell_value_write(value, &text);
    for (size_t i = 0; i < text.length; i++) {
        if (strchr(signs, text.bytes[i]))
            buffer_add_char(out, '\\');
        buffer_add_char(out, text.bytes[i]);
    }
    out->failed |= text.failed;
    buffer_cleanup(&text);
}

// One part of a joined cell: a list in it is joined in turn.
static void part_write(const json_t *value, struct buffer *out)
{
    size_t i;
    const json_t *item;
    if (!json_is_array(value))
        escaped_write(value, "\\;", out);
    json_array_foreach (value, i, item) {
        if (i)
            buffer_add_char(out, ',');
        escaped_write(item, "\\;,", out);
    }
}

// Empties CELL and leaves the text of COLUMN there. Returns the value in the record, NULL where it
// is missing or null.
static const json_t *cell_write(const struct column *column, const json_t *record,
                                struct buffer *cell)
{
    size_t i;
    const json_t *item, *value = json_object_get(record, column->property);
    buffer_clear(cell);
    if (!value || json_is_null(value))
        return NULL;
    if (!json_is_array(value))
        cell_value_write(value, cell);
    json_array_foreach (value, i, item) {
        if (i)
            buffer_add_char(cell, ';');
        part_write(column->key ? json_object_get(item, column->key) : item, cell);
    }
    return value;
}

size_t tabular_count(const struct tabular *tabular)
{
    return tabular->count;
}

struct tabular_column tabular_column(const struct tabular *tabular, size_t i)
{
    const struct column *column = &tabular->columns[i];
    return (struct tabular_column){column->name,    column->property,    column->key,
                                   column->type,    column->description, column->kind,
                                   column->nullable};
}

const json_t *tabular_cell(const struct tabular *tabular, size_t i, const json_t *record,
                           struct buffer *cell)
{
    return cell_write(&tabular->columns[i], record, cell);
}

// A cell must be quoted for what RFC 4180 says; and for spaces at its ends, which readers trim, or
// take a line that has nothing else for an empty one.
static bool csv_quotes(const char *text)
{
    size_t length = strlen(text);
    return strpbrk(text, "\",\r\n") || *text == ' ' || (length && text[length - 1] == ' ');
}

// Whether a spreadsheet may run the text. In some languages it takes full-width signs for plain
// ones.
static bool is_formula(const char *text)
{
    static const char wide[][4] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(text, wide[i], 3) == 0)
            return true;
    return *text && strchr("=+-@\t\r\n", *text);
}

// A cell by RFC 4180.
static void csv_cell(const char *text, bool guarded, struct buffer *out)
{
    bool quoted = csv_quotes(text);
    if (quoted)
        buffer_add_char(out, '"');
    if (guarded && is_formula(text))
        buffer_add_char(out, '\'');
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
        buffer_add(out, text, (size_t)(quote - text));
        buffer_add_text(out, "\"\"");
    }
    buffer_add_text(out, text);
    if (quoted)
        buffer_add_char(out, '"');
}

// Ends the line that began at START. One without anything would be passed over by readers, where it
// is a row whose only cell is empty.
static void csv_line_end(const struct tabular *tabular, size_t start, struct buffer *out)
{
    buffer_add_text(out, tabular->count == 1 && out->length == start ? "\"\"\r\n" : "\r\n");
}

void tabular_csv_bom(struct buffer *out)
{
    buffer_add_text(out, "\xef\xbb\xbf");
}

void tabular_csv_header(const struct tabular *tabular, struct buffer *out)
{
    size_t start = out->length;
    for (size_t i = 0; i < tabular->count; i++) {
        if (i)
            buffer_add_char(out, ',');
        csv_cell(tabular->columns[i].name, true, out);
    }
    csv_line_end(tabular, start, out);
}

void tabular_csv_row(const struct tabular *tabular, const json_t *record, struct buffer *out)
{
    AUTO(buffer) struct buffer cell = {0};
    size_t start = out->length;
    for (size_t i = 0; i < tabular->count; i++) {
        if (i)
            buffer_add_char(out, ',');
        cell_write(&tabular->columns[i], record, &cell);
        csv_cell(buffer_text(&cell), !tabular->columns[i].numeric, out);
    }
    csv_line_end(tabular, start, out);
    out->failed |= cell.failed;
}

static void column_schema(const struct column *column, struct buffer *out)
{
    buffer_add_text(out, "{\"name\":");
    buffer_add_json_text(out, column->name);
    buffer_add_format(out, ",\"type\":\"%s\"", column->type);
    // The contract's stamps are in UTC; pandas reads them as such by its own key.
    if (strcmp(column->type, "datetime") == 0)
        buffer_add_text(out, ",\"tz\":\"UTC\"");
    if (column->description) {
        buffer_add_text(out, ",\"description\":");
        AUTO(text) char *description = openapi_first_paragraph(column->description);
        buffer_add_json_text(out, description);
        out->failed |= !description;
    }
    buffer_add_char(out, '}');
}

void tabular_schema_write(const struct tabular *tabular, struct buffer *out)
{
    buffer_add_text(out, "{\"fields\":[");
    for (size_t i = 0; i < tabular->count; i++) {
        if (i)
            buffer_add_char(out, ',');
        column_schema(&tabular->columns[i], out);
    }
    buffer_add_char(out, ']');
    if (tabular->one_type && property_taken(tabular, "id"))
        buffer_add_text(out, ",\"primaryKey\":[\"id\"]");
    buffer_add_text(out, ",\"pandas_version\":\"1.4.0\"}");
}

void tabular_table_open(const struct tabular *tabular, struct buffer *out)
{
    buffer_add_text(out, "{\"schema\":");
    tabular_schema_write(tabular, out);
    buffer_add_text(out, ",\"data\":[");
}

static bool value_plain(const json_t *value)
{
    return json_is_number(value) || json_is_boolean(value);
}

void tabular_table_row(const struct tabular *tabular, const json_t *record, bool first,
                       struct buffer *out)
{
    AUTO(buffer) struct buffer cell = {0};
    buffer_add_text(out, first ? "{" : ",{");
    for (size_t i = 0; i < tabular->count; i++) {
        if (i)
            buffer_add_char(out, ',');
        buffer_add_json_text(out, tabular->columns[i].name);
        buffer_add_char(out, ':');
        const json_t *value = cell_write(&tabular->columns[i], record, &cell);
        if (value_plain(value))
            buffer_add_text(out, buffer_text(&cell));
        else
            buffer_add_json_text(out, value ? buffer_text(&cell) : NULL);
    }
    buffer_add_char(out, '}');
    out->failed |= cell.failed;
}

void tabular_table_close(struct buffer *out)
{
    buffer_add_text(out, "]}");
}
