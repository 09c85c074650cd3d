-- What a page needs lies together: an index tells which records, and one step leads to each of them.

-- The key is that of the record, RENDERING_BITS (see store.h) to the left, and the number of its renderings before.
-- What is in it is made anew.
DROP TABLE rendering;
CREATE TABLE rendering (
    key INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL REFERENCES revision (number),
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    etag TEXT NOT NULL,
    json TEXT NOT NULL
) STRICT;
UPDATE representation SET number = 0;

DROP INDEX event_id;
CREATE INDEX event_id ON event (id, valid_from, valid_to, record);
DROP INDEX event_date_end;
CREATE INDEX event_date_end ON event (date_end, date_start, id, valid_from, valid_to, record);
DROP INDEX event_title;
CREATE INDEX event_title ON event (title, id, valid_from, valid_to, record);
DROP INDEX event_year;
CREATE INDEX event_year ON event (year, date_start, id, valid_from, valid_to, record);
DROP INDEX event_era;
CREATE INDEX event_era ON event (era, date_start, id, valid_from, valid_to, date_end, record);
DROP INDEX event_kind;
CREATE INDEX event_kind ON event (kind, date_start, id, valid_from, valid_to, date_end, record);
DROP INDEX event_trend;
CREATE INDEX event_trend ON event (trend, date_start, id, valid_from, valid_to, date_end, record);
DROP INDEX event_status;
CREATE INDEX event_status ON event (status, date_start, id, valid_from, valid_to, record);
DROP INDEX event_date_basis;
CREATE INDEX event_date_basis ON event (date_basis, date_start, id, valid_from, valid_to, record);
DROP INDEX event_date_precision;
CREATE INDEX event_date_precision ON event (date_precision, date_start, id, valid_from, valid_to, record);
DROP INDEX event_era_kind;
CREATE INDEX event_era_kind ON event (era, kind, date_start, id, valid_from, valid_to, record);
DROP INDEX event_era_trend;
CREATE INDEX event_era_trend ON event (era, trend, date_start, id, valid_from, valid_to, record);
DROP INDEX event_kind_trend;
CREATE INDEX event_kind_trend ON event (kind, trend, date_start, id, valid_from, valid_to, record);
