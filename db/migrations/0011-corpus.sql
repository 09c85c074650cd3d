-- The corpus of a record: `official` where all works that it cites are official records, else `paper`.
ALTER TABLE event ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE aid_figure ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE actor ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE reference ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE era ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE theme ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE document ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE entry ADD COLUMN corpus TEXT NOT NULL DEFAULT 'paper';

-- What lies beyond the paper is counted beside each list: these find it without a look at the rest.
CREATE INDEX event_official ON event (id, valid_from, valid_to) WHERE corpus = 'official';
CREATE INDEX aid_official ON aid_figure (id, valid_from, valid_to) WHERE corpus = 'official';
CREATE INDEX actor_official ON actor (id, valid_from, valid_to) WHERE corpus = 'official';
CREATE INDEX reference_official ON reference (id, valid_from, valid_to) WHERE corpus = 'official';
CREATE INDEX era_official ON era (id, valid_from, valid_to) WHERE corpus = 'official';
CREATE INDEX theme_official ON theme (id, valid_from, valid_to) WHERE corpus = 'official';
CREATE INDEX document_official ON document (key) WHERE corpus = 'official';

-- A walk through events judges the corpus by the index alone.
DROP INDEX event_id;
CREATE INDEX event_id ON event (id, valid_from, valid_to, record, corpus);
DROP INDEX event_date_end;
CREATE INDEX event_date_end ON event (date_end, date_start, id, valid_from, valid_to, record, corpus);
DROP INDEX event_title;
CREATE INDEX event_title ON event (title, id, valid_from, valid_to, record, corpus);
DROP INDEX event_date_start;
CREATE INDEX event_date_start ON event (
    date_start, date_last, id, valid_from, valid_to, record, date_end, year, kind, era, trend, status, date_basis, date_precision, nature, corpus
);
DROP INDEX event_year;
CREATE INDEX event_year ON event (year, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_era;
CREATE INDEX event_era ON event (era, date_start, date_last, id, valid_from, valid_to, date_end, record, corpus);
DROP INDEX event_kind;
CREATE INDEX event_kind ON event (kind, date_start, date_last, id, valid_from, valid_to, date_end, record, corpus);
DROP INDEX event_trend;
CREATE INDEX event_trend ON event (trend, date_start, date_last, id, valid_from, valid_to, date_end, record, corpus);
DROP INDEX event_status;
CREATE INDEX event_status ON event (status, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_date_basis;
CREATE INDEX event_date_basis ON event (date_basis, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_date_precision;
CREATE INDEX event_date_precision ON event (date_precision, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_era_kind;
CREATE INDEX event_era_kind ON event (era, kind, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_era_trend;
CREATE INDEX event_era_trend ON event (era, trend, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_kind_trend;
CREATE INDEX event_kind_trend ON event (kind, trend, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_nature;
CREATE INDEX event_nature ON event (nature, date_start, date_last, id, valid_from, valid_to, date_end, record, corpus);
DROP INDEX event_era_nature;
CREATE INDEX event_era_nature ON event (era, nature, date_start, date_last, id, valid_from, valid_to, record, corpus);
DROP INDEX event_date_extent;
CREATE INDEX event_date_extent ON event (date_extent, date_start, date_last, id, valid_from, valid_to, record, corpus);

-- Months are counted of the paper's events, which are asked for unless a request names a corpus.
DROP TRIGGER event_begins;
CREATE TRIGGER event_begins AFTER INSERT ON event WHEN new.valid_to = 9223372036854775807 AND new.corpus = 'paper'
BEGIN
    INSERT INTO event_month
    SELECT column1, column2, ifnull(substr(new.date_start, 1, 7), ''), 1
    FROM (
        VALUES ('', ''), ('era', new.era), ('kind', new.kind), ('trend', new.trend), ('status', new.status), ('nature', new.nature)
    )
    WHERE column2 IS NOT NULL
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
DROP TRIGGER event_ends;
CREATE TRIGGER event_ends AFTER UPDATE OF valid_to ON event WHEN old.valid_to = 9223372036854775807 AND old.corpus = 'paper'
BEGIN
    UPDATE event_month SET count = count - 1
    WHERE month = ifnull(substr(old.date_start, 1, 7), '') AND (field, value) IN (
        VALUES ('', ''), ('era', old.era), ('kind', old.kind), ('trend', old.trend), ('status', old.status), ('nature', old.nature)
    );
END;
