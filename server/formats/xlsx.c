// Writes spreadsheets with constant memory.
#include "formats/xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/zip.h"

struct xlsx {
    struct scratch_room *room;
    struct scratch *file;
    lxw_workbook *book;
    lxw_worksheet *rows, *about;
    lxw_format *bold, *day, *stamp;
    const struct tabular *table;
    lxw_row_t row, note; // the next row of each sheet
    size_t cut;          // texts that were too long for a cell
    bool failed;
};

static void wrote(struct xlsx *workbook, lxw_error error)
{
    workbook->failed |= error != LXW_NO_ERROR;
}

static lxw_format *format_new(lxw_workbook *book, const char *number)
{
    lxw_format *format = workbook_add_format(book);
    if (format && number)
        format_set_num_format(format, number);
    else if (format)
        format_set_bold(format);
    return format;
}

static lxw_col_t column_count(const struct xlsx *workbook)
{
    return (lxw_col_t)tabular_count(workbook->table);
}

static double width_of(const struct tabular_column *column)
{
    enum { NARROW = 12, STAMP = 20, WIDE = 28 };
    bool number = strcmp(column->type, "integer") == 0 || strcmp(column->type, "number") == 0;
    return column->kind == TABULAR_STAMP           ? STAMP
           : column->kind == TABULAR_DAY || number ? NARROW
                                                   : WIDE;
}

static void header_write(struct xlsx *workbook)
{
    for (lxw_col_t i = 0; i < column_count(workbook); i++) {
        const struct tabular_column column = tabular_column(workbook->table, i);
        wrote(workbook, worksheet_set_column(workbook->rows, i, i, width_of(&column), NULL));
        wrote(workbook, worksheet_write_string(workbook->rows, 0, i, column.name, workbook->bold));
    }
    worksheet_freeze_panes(workbook->rows, 1, 0);
    workbook->row = 1;
}

static void sheets_make(struct xlsx *workbook, const char *name, int64_t time)
{
    lxw_workbook *book = workbook->book;
    lxw_doc_properties properties = {.title = (char *)name, .author = "Relata"};
    properties.created = (time_t)time;
    workbook->rows = workbook_add_worksheet(book, name);
    workbook->about = workbook_add_worksheet(book, "about");
    workbook->bold = format_new(book, NULL);
    workbook->day = format_new(book, "yyyy-mm-dd");
    workbook->stamp = format_new(book, "yyyy-mm-dd hh:mm:ss");
    workbook->failed = !workbook->rows || !workbook->about || !workbook->bold || !workbook->day ||
                       !workbook->stamp;
    if (workbook->failed)
        return;
    wrote(workbook, workbook_set_properties(book, &properties));
    wrote(workbook, worksheet_set_column(workbook->about, 0, 0, 20, workbook->bold));
    wrote(workbook, worksheet_set_column(workbook->about, 1, 1, 100, NULL));
    header_write(workbook);
}

struct xlsx *xlsx_new(struct scratch_room *room, struct scratch *file, const struct tabular *table,
                      const char *name, int64_t time)
{
    char path[SCRATCH_PATH_SIZE];
    struct xlsx *workbook = calloc(1, sizeof *workbook);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)room->folder};
    if (!workbook)
        return NULL;
    scratch_path(file, path);
    workbook->room = room;
    workbook->file = file;
    workbook->table = table;
    workbook->book = workbook_new_opt(path, &options);
    if (workbook->book)
        sheets_make(workbook, name, time);
    if (workbook->book && !workbook->failed)
        return workbook;
    xlsx_free(workbook);
    return NULL;
}

// The library closes the temporary files of its sheets only when it writes the workbook.
static void sheet_close(lxw_worksheet *sheet)
{
    if (sheet && sheet->optimize_tmpfile)
        fclose(TAKE(sheet->optimize_tmpfile));
}

void xlsx_free(struct xlsx *workbook)
{
    if (!workbook)
        return;
    if (workbook->book) {
        sheet_close(workbook->rows);
        sheet_close(workbook->about);
        lxw_workbook_free(workbook->book);
    }
    free(workbook);
}

// How many bytes of TEXT fit into a cell.
static size_t cell_length(const char *text)
{
    size_t units = 0, at = 0;
    while (text[at]) {
        unsigned char first = (unsigned char)text[at];
        size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        units += bytes == 4 ? 2 : 1;
        if (units > XLSX_TEXT_MAX)
            return at;
        at += bytes;
    }
    return at;
}

static void text_cell(struct xlsx *workbook, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col,
                      const char *text)
{
    size_t length = cell_length(text);
    if (!*text)
        return;
    if (!text[length]) {
        wrote(workbook, worksheet_write_string(sheet, row, col, text, NULL));
        return;
    }
    AUTO(text) char *cut = strndup(text, length);
    workbook->cut++;
    workbook->failed |= !cut;
    if (cut)
        wrote(workbook, worksheet_write_string(sheet, row, col, cut, NULL));
}

// TEXT as a date of the spreadsheet; false if the spreadsheet cannot represent it.
static bool day_read(const char *text, enum tabular_kind kind, lxw_datetime *ret_date)
{
    int year, month, day, hour = 0, minute = 0;
    double second = 0;
    char zone = '\0';
    if (sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 || year < 1900)
        return false;
    if (kind == TABULAR_STAMP && (sscanf(text + strlen("YYYY-MM-DD"), "T%2d:%2d:%lf%c", &hour,
                                         &minute, &second, &zone) != 4 ||
                                  zone != 'Z'))
        return false;
    *ret_date = (lxw_datetime){year, month, day, hour, minute, second};
    return true;
}

static void value_cell(struct xlsx *workbook, lxw_col_t col, const json_t *value, const char *text)
{
    lxw_datetime date;
    lxw_worksheet *sheet = workbook->rows;
    const struct tabular_column column = tabular_column(workbook->table, col);
    if (!value)
        return;
    if (json_is_number(value))
        wrote(workbook,
              worksheet_write_number(sheet, workbook->row, col, json_number_value(value), NULL));
    else if (json_is_boolean(value))
        wrote(workbook,
              worksheet_write_boolean(sheet, workbook->row, col, json_is_true(value), NULL));
    else if (column.kind != TABULAR_ANY && day_read(text, column.kind, &date))
        wrote(workbook, worksheet_write_datetime(sheet, workbook->row, col, &date,
                                                 column.kind == TABULAR_DAY ? workbook->day
                                                                            : workbook->stamp));
    else
        text_cell(workbook, sheet, workbook->row, col, text);
}

bool xlsx_row(struct xlsx *workbook, const json_t *record)
{
    AUTO(buffer) struct buffer cell = {0};
    for (lxw_col_t col = 0; col < column_count(workbook) && !workbook->failed; col++) {
        const json_t *value = tabular_cell(workbook->table, col, record, &cell);
        value_cell(workbook, col, value, buffer_text(&cell));
    }
    workbook->row++;
    workbook->failed |= cell.failed || scratch_is_ended(workbook->room);
    return !workbook->failed;
}

void xlsx_note(struct xlsx *workbook, const char *name, const char *text)
{
    wrote(workbook,
          worksheet_write_string(workbook->about, workbook->note, 0, name, workbook->bold));
    text_cell(workbook, workbook->about, workbook->note++, 1, text);
}

// The library does not check its writes: on a full disk it would produce a workbook with truncated
// sheets. So all rows must have reached the disk, and there must be room for them twice more,
// because they are copied and then compressed.
static bool rows_arrived(const struct xlsx *workbook)
{
    enum { FRAME = 1 << 18 };
    FILE *file = workbook->rows->optimize_tmpfile;
    return !file || (fflush(file) == 0 && !ferror(file) &&
                     scratch_fits(workbook->room, 2 * (int64_t)ftello(file) + FRAME));
}

static bool sheets_arrived(const struct scratch *file)
{
    static const char end[] = "</worksheet>";
    return zip_ends(file, "xl/worksheets/sheet1.xml", end) &&
           zip_ends(file, "xl/worksheets/sheet2.xml", end);
}

bool xlsx_finish(struct xlsx *workbook)
{
    char count[64];
    struct scratch *file = workbook->file;
    snprintf(count, sizeof count, "%zu, to %d characters", workbook->cut, XLSX_TEXT_MAX);
    if (workbook->cut)
        xlsx_note(workbook, "Cells cut", count);
    bool good = !workbook->failed && rows_arrived(workbook) &&
                workbook_close(TAKE(workbook->book)) == LXW_NO_ERROR && sheets_arrived(file);
    xlsx_free(workbook);
    return good && scratch_finish(file);
}
