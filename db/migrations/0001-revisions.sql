-- Append-only storage: revisions, versions valid from one revision until another, and what is derived from them.
-- An open end is the largest integer, so that one comparison serves the present and the past.

CREATE TABLE revision (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    time TEXT NOT NULL UNIQUE,
    release TEXT NOT NULL,
    editor TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- A record is an identity: it outlives every version of itself.
CREATE TABLE record (
    key INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (collection, id)
) STRICT;

-- What an editor wrote, in the canonical form of RFC 8785.
CREATE TABLE version (
    key INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL REFERENCES revision (number),
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    body TEXT NOT NULL,
    UNIQUE (record, valid_from)
) STRICT;
CREATE INDEX version_valid_from ON version (valid_from);
CREATE INDEX version_valid_to ON version (valid_to) WHERE valid_to < 9223372036854775807;

CREATE TABLE removal (
    record INTEGER NOT NULL REFERENCES record (key),
    revision INTEGER NOT NULL REFERENCES revision (number),
    reason TEXT NOT NULL,
    replaced_by TEXT,
    PRIMARY KEY (record, revision)
) STRICT, WITHOUT ROWID;

-- What a reader gets, derived from versions, with a validity of its own.
CREATE TABLE rendering (
    key INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL REFERENCES revision (number),
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    etag TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (record, valid_from)
) STRICT;

-- The values of a version that a list holds or that name another record: one row each.
CREATE TABLE entry (
    version INTEGER NOT NULL REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    collection INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    PRIMARY KEY (collection, field, value, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_version ON entry (version);
CREATE INDEX entry_record ON entry (record, field, value, valid_from, valid_to);

-- The format of the renderings; a program that renders otherwise makes them anew.
CREATE TABLE representation (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO representation VALUES (1, 0);

-- The typed columns by which each collection is filtered and sorted: one row a version.
CREATE TABLE event (
    version INTEGER PRIMARY KEY REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    era TEXT,
    trend TEXT,
    status TEXT NOT NULL,
    date_basis TEXT,
    date_precision TEXT,
    date_start TEXT,
    date_end TEXT,
    year INTEGER
) STRICT;
CREATE INDEX event_id ON event (id, valid_from, valid_to);
CREATE INDEX event_date_start ON event (date_start, id, valid_from, valid_to);
CREATE INDEX event_date_end ON event (date_end, date_start, id, valid_from, valid_to);
CREATE INDEX event_title ON event (title, id, valid_from, valid_to);
CREATE INDEX event_year ON event (year, date_start, id, valid_from, valid_to);
CREATE INDEX event_era ON event (era, date_start, id, valid_from, valid_to);
CREATE INDEX event_kind ON event (kind, date_start, id, valid_from, valid_to);
CREATE INDEX event_trend ON event (trend, date_start, id, valid_from, valid_to);
CREATE INDEX event_status ON event (status, date_start, id, valid_from, valid_to);
CREATE INDEX event_date_basis ON event (date_basis, date_start, id, valid_from, valid_to);
CREATE INDEX event_date_precision ON event (date_precision, date_start, id, valid_from, valid_to);
CREATE INDEX event_era_kind ON event (era, kind, date_start, id, valid_from, valid_to);
CREATE INDEX event_era_trend ON event (era, trend, date_start, id, valid_from, valid_to);

CREATE TABLE aid_figure (
    version INTEGER PRIMARY KEY REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    amount_usd INTEGER NOT NULL,
    qualifier TEXT NOT NULL,
    stage TEXT NOT NULL,
    category TEXT NOT NULL,
    era TEXT,
    year INTEGER,
    fiscal_year_start INTEGER,
    fiscal_year_end INTEGER,
    donor TEXT NOT NULL,
    recipient TEXT NOT NULL,
    agency TEXT,
    event TEXT,
    date_start TEXT,
    date_end TEXT
) STRICT;
CREATE INDEX aid_id ON aid_figure (id, valid_from, valid_to);
CREATE INDEX aid_title ON aid_figure (title, id, valid_from, valid_to);
CREATE INDEX aid_amount_usd ON aid_figure (amount_usd, id, valid_from, valid_to);
CREATE INDEX aid_qualifier ON aid_figure (qualifier, year, id, valid_from, valid_to);
CREATE INDEX aid_stage ON aid_figure (stage, year, id, valid_from, valid_to);
CREATE INDEX aid_category ON aid_figure (category, year, id, valid_from, valid_to);
CREATE INDEX aid_era ON aid_figure (era, year, id, valid_from, valid_to);
CREATE INDEX aid_year ON aid_figure (year, id, valid_from, valid_to);
CREATE INDEX aid_fiscal_year_start ON aid_figure (fiscal_year_start, fiscal_year_end, id, valid_from, valid_to);
CREATE INDEX aid_fiscal_year_end ON aid_figure (fiscal_year_end, id, valid_from, valid_to);
CREATE INDEX aid_donor ON aid_figure (donor, year, id, valid_from, valid_to);
CREATE INDEX aid_recipient ON aid_figure (recipient, year, id, valid_from, valid_to);
CREATE INDEX aid_agency ON aid_figure (agency, year, id, valid_from, valid_to);
CREATE INDEX aid_event ON aid_figure (event, year, id, valid_from, valid_to);
CREATE INDEX aid_date_start ON aid_figure (date_start, id, valid_from, valid_to);

CREATE TABLE actor (
    version INTEGER PRIMARY KEY REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE INDEX actor_id ON actor (id, valid_from, valid_to);
CREATE INDEX actor_name ON actor (name, id, valid_from, valid_to);
CREATE INDEX actor_kind ON actor (kind, name, id, valid_from, valid_to);

CREATE TABLE reference (
    version INTEGER PRIMARY KEY REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    citekey TEXT NOT NULL,
    title TEXT,
    csl_type TEXT NOT NULL,
    year INTEGER,
    creators TEXT,
    container TEXT,
    doi TEXT,
    status TEXT NOT NULL
) STRICT;
CREATE INDEX reference_id ON reference (id, valid_from, valid_to);
CREATE INDEX reference_citekey ON reference (citekey, id, valid_from, valid_to);
CREATE INDEX reference_title ON reference (title, id, valid_from, valid_to);
CREATE INDEX reference_csl_type ON reference (csl_type, creators, id, valid_from, valid_to);
CREATE INDEX reference_year ON reference (year, creators, id, valid_from, valid_to);
CREATE INDEX reference_creators ON reference (creators, id, valid_from, valid_to);
CREATE INDEX reference_container ON reference (container, id, valid_from, valid_to);
CREATE INDEX reference_doi ON reference (doi, id, valid_from, valid_to);
CREATE INDEX reference_status ON reference (status, creators, id, valid_from, valid_to);

CREATE TABLE era (
    version INTEGER PRIMARY KEY REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    position INTEGER NOT NULL,
    date_start TEXT,
    date_end TEXT
) STRICT;
CREATE INDEX era_id ON era (id, valid_from, valid_to);
CREATE INDEX era_title ON era (title, id, valid_from, valid_to);
CREATE INDEX era_position ON era (position, id, valid_from, valid_to);

CREATE TABLE theme (
    version INTEGER PRIMARY KEY REFERENCES version (key),
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE INDEX theme_id ON theme (id, valid_from, valid_to);
CREATE INDEX theme_title ON theme (title, id, valid_from, valid_to);
CREATE INDEX theme_kind ON theme (kind, title, id, valid_from, valid_to);
