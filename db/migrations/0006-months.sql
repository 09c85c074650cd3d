-- How many events are valid now, by the month in which they begin ('' without a date) and by what they are mostly asked for: count.c
-- adds these up, so that a total costs as much of a million events as of a hundred.
CREATE TABLE event_month (
    field TEXT NOT NULL, -- '' for all events, whose value is '' too
    value TEXT NOT NULL,
    month TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (field, value, month)
) STRICT, WITHOUT ROWID;

INSERT INTO event_month
SELECT f.field, f.value, ifnull(substr(t.date_start, 1, 7), ''), count(*)
FROM event t JOIN (
    SELECT version, '' AS field, '' AS value FROM event
    UNION ALL SELECT version, 'era', era FROM event
    UNION ALL SELECT version, 'kind', kind FROM event
    UNION ALL SELECT version, 'trend', trend FROM event
    UNION ALL SELECT version, 'status', status FROM event
) f ON f.version = t.version
WHERE t.valid_to = 9223372036854775807 AND f.value IS NOT NULL
GROUP BY 1, 2, 3;

CREATE TRIGGER event_begins AFTER INSERT ON event WHEN new.valid_to = 9223372036854775807
BEGIN
    INSERT INTO event_month
    SELECT column1, column2, ifnull(substr(new.date_start, 1, 7), ''), 1
    FROM (VALUES ('', ''), ('era', new.era), ('kind', new.kind), ('trend', new.trend), ('status', new.status))
    WHERE column2 IS NOT NULL
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER event_ends AFTER UPDATE OF valid_to ON event WHEN old.valid_to = 9223372036854775807
BEGIN
    UPDATE event_month SET count = count - 1
    WHERE month = ifnull(substr(old.date_start, 1, 7), '') AND (field, value) IN (
        VALUES ('', ''), ('era', old.era), ('kind', old.kind), ('trend', old.trend), ('status', old.status)
    );
END;
