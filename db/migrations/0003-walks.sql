-- Indexes that a million events showed to be missing.

-- A walk through the usual order judges most filters by the index alone, and goes to the table for what it gives.
DROP INDEX event_date_start;
CREATE INDEX event_date_start ON event (
    date_start, id, valid_from, valid_to, record, date_end, year, kind, era, trend, status, date_basis, date_precision
);

-- A span of dates is judged by its end, too.
DROP INDEX event_era;
CREATE INDEX event_era ON event (era, date_start, id, valid_from, valid_to, date_end);
DROP INDEX event_kind;
CREATE INDEX event_kind ON event (kind, date_start, id, valid_from, valid_to, date_end);
DROP INDEX event_trend;
CREATE INDEX event_trend ON event (trend, date_start, id, valid_from, valid_to, date_end);

CREATE INDEX event_kind_trend ON event (kind, trend, date_start, id, valid_from, valid_to);
