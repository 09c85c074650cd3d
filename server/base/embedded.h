// Files compiled into the program by tools/embed.py: the contract, migrations, dataset, price and
// fiscal-year tables, and web pages.
#ifndef RELATA_BASE_EMBEDDED_H
#define RELATA_BASE_EMBEDDED_H

#include <stddef.h>

extern const char embedded_openapi_yaml[];      // the contract, with its short forms expanded
extern const char embedded_openapi_json[];      // the same document as JSON
extern const char *const embedded_migrations[]; // SQL texts in order
extern const size_t embedded_migration_count;
extern const char embedded_version[];

// db/series/cpi-u.tsv: its description, and the index of each month from January of the first year
// on, in thousandths; 0 for a month without a published value.
extern const char embedded_cpi_name[], embedded_cpi_series[], embedded_cpi_source[],
    embedded_cpi_version[];
extern const int embedded_cpi_first_year;
extern const size_t embedded_cpi_count;
extern const int embedded_cpi[];

// db/series/fiscal-years.tsv, which has no gaps. Months are numbered as year * 12 + month - 1.
struct fiscal_year {
    const char *name; // "2002", "1976TQ"
    int first, last;
};
extern const struct fiscal_year embedded_fiscal_years[];
extern const size_t embedded_fiscal_year_count;

struct asset {
    const char *name;
    const char *type;        // the Content-Type
    const char *bytes, *end; // END is one past the last byte
};
// The web pages, gzipped: "docs/..." is our page from web/ and the fetched renderer, "explore/..."
// is the build of web/explorer/.
extern const struct asset embedded_assets[];
extern const size_t embedded_asset_count;
// The files of db/dataset and db/official, named by their path below db ("dataset/events.json").
// They are read in place from the executable: pages that are never read use no memory.
extern const struct asset embedded_dataset_files[];
extern const size_t embedded_dataset_file_count;
// Files that accompany the dataset: its codebook and licences.
extern const struct asset embedded_papers[];
extern const size_t embedded_paper_count;

#endif
