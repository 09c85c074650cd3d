-- What changed when, in its order: a row a change, so that a page of changes is a walk along an index. What a reader gets of one is made
-- when it is read.
DROP VIEW change;

CREATE TABLE change_row (
    revision INTEGER NOT NULL REFERENCES revision (number),
    id TEXT NOT NULL,
    record INTEGER NOT NULL REFERENCES record (key),
    change TEXT NOT NULL,
    type TEXT NOT NULL,
    old_version INTEGER REFERENCES version (key),
    new_version INTEGER REFERENCES version (key),
    PRIMARY KEY (revision, id)
) STRICT, WITHOUT ROWID;

CREATE VIEW collection_name (number, name, type) AS
VALUES
    (1, 'events', 'event'),
    (2, 'aid', 'aid-figure'),
    (3, 'actors', 'actor'),
    (4, 'references', 'reference'),
    (5, 'eras', 'era'),
    (6, 'themes', 'theme');

INSERT INTO change_row
SELECT
    a.valid_from,
    n.name || '/' || r.id,
    a.record,
    CASE WHEN b.key IS NULL THEN 'added' ELSE 'changed' END,
    n.type,
    b.key,
    a.key
FROM version a
JOIN record r ON r.key = a.record
JOIN collection_name n ON n.number = r.collection
LEFT JOIN version b ON b.record = a.record AND b.valid_to = a.valid_from;

INSERT INTO change_row
SELECT m.revision, n.name || '/' || r.id, m.record, 'removed', n.type, w.key, NULL
FROM removal m
JOIN record r ON r.key = m.record
JOIN collection_name n ON n.number = r.collection
LEFT JOIN version w ON w.record = m.record AND w.valid_to = m.revision;

CREATE INDEX change_newest ON change_row (revision DESC, id, record);
CREATE UNIQUE INDEX change_record ON change_row (record, revision);

-- A version begins after the one before it has ended.
CREATE TRIGGER version_begins AFTER INSERT ON version
BEGIN
    INSERT INTO change_row
    SELECT
        new.valid_from,
        n.name || '/' || r.id,
        new.record,
        CASE WHEN b.key IS NULL THEN 'added' ELSE 'changed' END,
        n.type,
        b.key,
        new.key
    FROM record r
    JOIN collection_name n ON n.number = r.collection
    LEFT JOIN version b ON b.record = new.record AND b.valid_to = new.valid_from
    WHERE r.key = new.record;
END;
CREATE TRIGGER record_removed AFTER INSERT ON removal
BEGIN
    INSERT INTO change_row
    SELECT new.revision, n.name || '/' || r.id, new.record, 'removed', n.type, w.key, NULL
    FROM record r
    JOIN collection_name n ON n.number = r.collection
    LEFT JOIN version w ON w.record = new.record AND w.valid_to = new.revision
    WHERE r.key = new.record;
END;

-- A change stays valid for ever.
CREATE VIEW change AS
SELECT
    record,
    revision,
    revision AS valid_from,
    9223372036854775807 AS valid_to,
    change,
    type,
    old_version,
    new_version,
    id
FROM change_row;

-- In the shape in which it is served; what was before and after is compared field by field.
CREATE VIEW change_answer AS
SELECT
    c.record,
    c.revision,
    (
        SELECT json_object(
            'revision', c.revision,
            'change', c.change,
            'type', c.type,
            'id', r.id,
            'url', '/v1/' || c.id,
            'version', CASE WHEN c.change = 'removed' THEN NULL ELSE '/v1/' || c.id || '?as_of=' || substr(v.hash, 1, 16) END,
            'fields', json_group_array(d.key),
            'differences', json_group_array(json_object('field', d.key, 'old', json(d.old), 'new', json(d.new))),
            'time', v.time,
            'release', v.release,
            'editor', v.editor,
            'reason', ifnull(m.reason, v.reason),
            'replaced_by',
            CASE WHEN m.replaced_by IS NULL THEN NULL ELSE '/v1/' || substr(c.id, 1, instr(c.id, '/')) || m.replaced_by END
        )
        FROM (
            SELECT x.key, b.body -> ('$."' || x.key || '"') AS old, a.body -> ('$."' || x.key || '"') AS new
            FROM (
                SELECT key FROM json_each(a.body) WHERE c.change = 'changed'
                UNION
                SELECT key FROM json_each(b.body) WHERE c.change = 'changed'
            ) x
            WHERE ifnull(old, 'null') <> ifnull(new, 'null')
            ORDER BY x.key
        ) d
    ) AS json
FROM change_row c
JOIN revision v ON v.number = c.revision
JOIN record r ON r.key = c.record
LEFT JOIN version a ON a.key = c.new_version
LEFT JOIN version b ON b.key = c.old_version
LEFT JOIN removal m ON m.record = c.record AND m.revision = c.revision;
