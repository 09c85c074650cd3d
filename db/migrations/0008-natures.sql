-- Fields of the second edition.
ALTER TABLE event ADD COLUMN nature TEXT;
ALTER TABLE event ADD COLUMN date_extent TEXT;
ALTER TABLE actor ADD COLUMN parent TEXT;
CREATE INDEX actor_parent ON actor (parent, name, id, valid_from, valid_to);

-- The side that an actor is on follows from its parents, whose versions have times of their own; so it has a validity of its own, too.
CREATE TABLE actor_side (
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL REFERENCES revision (number),
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    id TEXT NOT NULL,
    side TEXT NOT NULL,
    PRIMARY KEY (record, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX actor_side_side ON actor_side (side, id, valid_from, valid_to);
CREATE INDEX actor_side_id ON actor_side (id, valid_from, valid_to, side);

-- Of events that begin on one day the narrower comes first. An index has NULLs before all days, but an open end comes last.
ALTER TABLE event ADD COLUMN date_last TEXT AS (ifnull(date_end, '9999-12-31')) VIRTUAL;

DROP INDEX event_date_start;
CREATE INDEX event_date_start ON event (
    date_start, date_last, id, valid_from, valid_to, record, date_end, year, kind, era, trend, status, date_basis, date_precision, nature
);
DROP INDEX event_year;
CREATE INDEX event_year ON event (year, date_start, date_last, id, valid_from, valid_to, record);
DROP INDEX event_era;
CREATE INDEX event_era ON event (era, date_start, date_last, id, valid_from, valid_to, date_end, record);
DROP INDEX event_kind;
CREATE INDEX event_kind ON event (kind, date_start, date_last, id, valid_from, valid_to, date_end, record);
DROP INDEX event_trend;
CREATE INDEX event_trend ON event (trend, date_start, date_last, id, valid_from, valid_to, date_end, record);
DROP INDEX event_status;
CREATE INDEX event_status ON event (status, date_start, date_last, id, valid_from, valid_to, record);
DROP INDEX event_date_basis;
CREATE INDEX event_date_basis ON event (date_basis, date_start, date_last, id, valid_from, valid_to, record);
DROP INDEX event_date_precision;
CREATE INDEX event_date_precision ON event (date_precision, date_start, date_last, id, valid_from, valid_to, record);
DROP INDEX event_era_kind;
CREATE INDEX event_era_kind ON event (era, kind, date_start, date_last, id, valid_from, valid_to, record);
DROP INDEX event_era_trend;
CREATE INDEX event_era_trend ON event (era, trend, date_start, date_last, id, valid_from, valid_to, record);
DROP INDEX event_kind_trend;
CREATE INDEX event_kind_trend ON event (kind, trend, date_start, date_last, id, valid_from, valid_to, record);
CREATE INDEX event_nature ON event (nature, date_start, date_last, id, valid_from, valid_to, date_end, record);
CREATE INDEX event_era_nature ON event (era, nature, date_start, date_last, id, valid_from, valid_to, record);
CREATE INDEX event_date_extent ON event (date_extent, date_start, date_last, id, valid_from, valid_to, record);

-- Natures are counted by month, too.
DROP TRIGGER event_begins;
CREATE TRIGGER event_begins AFTER INSERT ON event WHEN new.valid_to = 9223372036854775807
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
CREATE TRIGGER event_ends AFTER UPDATE OF valid_to ON event WHEN old.valid_to = 9223372036854775807
BEGIN
    UPDATE event_month SET count = count - 1
    WHERE month = ifnull(substr(old.date_start, 1, 7), '') AND (field, value) IN (
        VALUES ('', ''), ('era', old.era), ('kind', old.kind), ('trend', old.trend), ('status', old.status), ('nature', old.nature)
    );
END;
