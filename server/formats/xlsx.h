// Records as rows of a spreadsheet (Office Open XML, `.xlsx`), by libxlsxwriter: the only file that
// knows it.
//
// The columns are those of tabular.h. Numbers and booleans are what they are; a day or a stamp is a
// date of the spreadsheet, or a text where the spreadsheet knows no such date (before 1900); all
// else is text, never a formula. What is null has no cell. Rows go to the disk as they come, so
// that memory does not grow with them.
#ifndef RELATA_FORMATS_XLSX_H
#define RELATA_FORMATS_XLSX_H

#include "base/scratch.h"
#include "formats/tabular.h"

// As many records as a sheet has room for under its header, and characters (UTF-16) as a cell has.
enum { XLSX_RECORDS_MAX = 1048575, XLSX_TEXT_MAX = 32767 };

struct xlsx;

// A workbook with the sheet NAME for rows of TABLE, whose header stands still, and the sheet
// `about`. It is written to FILE, with temporary files in ROOM's folder, and says that it was made
// at TIME (seconds since 1970). TABLE, FILE and ROOM are borrowed until it ends. NULL where memory
// or the disk ends.
struct xlsx *xlsx_new(struct scratch_room *room, struct scratch *file, const struct tabular *table,
                      const char *name, int64_t time);
// Drops what is not finished; NULL is nothing.
void xlsx_free(struct xlsx *workbook);

static inline void xlsx_cleanup(struct xlsx **workbook)
{
    xlsx_free(*workbook);
}

// Adds RECORD as the next row; false where memory or the disk ends.
bool xlsx_row(struct xlsx *workbook, const json_t *record);

// Adds a line to the sheet `about`.
void xlsx_note(struct xlsx *workbook, const char *name, const char *text);

// Ends and frees the workbook and finishes its file; false where that is not whole.
bool xlsx_finish(struct xlsx *workbook);

#endif
