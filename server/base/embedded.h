// Files that are part of the program: the contract, the migrations, the dataset, the series and
// the pages, put into C by tools/embed.py at build time.
#ifndef RELATA_BASE_EMBEDDED_H
#define RELATA_BASE_EMBEDDED_H

#include <stddef.h>

extern const char embedded_openapi_yaml[];      // as it stands in api/
extern const char embedded_openapi_json[];      // the same document as JSON
extern const char *const embedded_migrations[]; // SQL texts in order
extern const size_t embedded_migration_count;
extern const char embedded_version[];

// db/series/cpi-u.tsv: what it is, and the index of each month from January of the first year on,
// in thousandths; 0 where none was printed.
extern const char embedded_cpi_name[], embedded_cpi_series[], embedded_cpi_source[],
    embedded_cpi_version[];
extern const int embedded_cpi_first_year;
extern const size_t embedded_cpi_count;
extern const int embedded_cpi[];

// db/series/fiscal-years.tsv, without gaps. Months are numbered: year * 12 + month - 1.
struct fiscal_year {
    const char *name; // "2002", "1976TQ"
    int first, last;
};
extern const struct fiscal_year embedded_fiscal_years[];
extern const size_t embedded_fiscal_year_count;

struct asset {
    const char *name;
    const char *type;        // of Content-Type
    const char *bytes, *end; // up to END, which is no part of it
};
// The pages for people, packed by gzip: "docs/..." are ours in web/ and the renderer as it was
// fetched, "explore/..." what web/explorer/ was built into.
extern const struct asset embedded_assets[];
extern const size_t embedded_asset_count;
// The files of db/dataset and db/official, by their names below db ("dataset/events.json"). They
// are read where they lie in the program's file: what is not read takes no memory.
extern const struct asset embedded_dataset_files[];
extern const size_t embedded_dataset_file_count;
// What goes along with the dataset: its codebook and the licences.
extern const struct asset embedded_papers[];
extern const size_t embedded_paper_count;

#endif
