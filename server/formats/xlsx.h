// Writes records as rows of a spreadsheet (Office Open XML, `.xlsx`) with libxlsxwriter; no other
// file uses that library.
//
// The columns are those of tabular.h. Numbers and booleans keep their type. A day or timestamp
// becomes a date of the spreadsheet, or text if the spreadsheet cannot represent it (before 1900).
// Everything else is text, never a formula. A null has no cell. Rows are written to disk one by
// one, so memory does not grow with them.
#ifndef RELATA_FORMATS_XLSX_H
#define RELATA_FORMATS_XLSX_H

#include "base/scratch.h"
#include "formats/tabular.h"

// The maximum number of records per sheet, below the header, and of characters (UTF-16) per cell.
enum { XLSX_RECORDS_MAX = 1048575, XLSX_TEXT_MAX = 32767 };

struct xlsx;

// A workbook with the sheet NAME for rows of TABLE, whose header stays visible, and the sheet
// `about`. It is written to FILE, with temporary files in ROOM's folder, and gives TIME (seconds
// since 1970) as its creation time. TABLE, FILE and ROOM are borrowed until it ends. NULL if memory
// or the disk runs out.
struct xlsx *xlsx_new(struct scratch_room *room, struct scratch *file, const struct tabular *table,
                      const char *name, int64_t time);
// Discards an unfinished workbook; NULL is allowed.
void xlsx_free(struct xlsx *workbook);

static inline void xlsx_cleanup(struct xlsx **workbook)
{
    xlsx_free(*workbook);
}

// Adds RECORD as the next row; false if memory or the disk runs out.
bool xlsx_row(struct xlsx *workbook, const json_t *record);

// Adds a line to the sheet `about`.
void xlsx_note(struct xlsx *workbook, const char *name, const char *text);

// Ends and frees the workbook and finishes its file; false if the file is not complete.
bool xlsx_finish(struct xlsx *workbook);

#endif
