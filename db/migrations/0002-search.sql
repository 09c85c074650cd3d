-- Words to find records by, and what changed when.

-- One row a state of a record's words, with a validity of its own, for they hold the names of other records.
CREATE TABLE document (
    key INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (key),
    valid_from INTEGER NOT NULL REFERENCES revision (number),
    valid_to INTEGER NOT NULL DEFAULT 9223372036854775807,
    type TEXT NOT NULL,
    id TEXT NOT NULL
) STRICT;
CREATE INDEX document_record ON document (record, valid_from, valid_to);
CREATE INDEX document_type ON document (type, id, valid_from, valid_to);

-- Its rowid is the document's key. The order of the columns is that of their weights in database.c.
CREATE VIRTUAL TABLE words USING fts5 (title, names, summary, notes, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- Every version and removal as one change, in the shape in which it is served.
CREATE VIEW change AS
SELECT
    c.record,
    c.revision,
    c.revision AS valid_from,
    9223372036854775807 AS valid_to,
    c.change,
    n.type,
    n.name || '/' || r.id AS id,
    json_object(
        'revision', c.revision,
        'change', c.change,
        'type', n.type,
        'id', r.id,
        'url', '/v1/' || n.name || '/' || r.id,
        'version', CASE WHEN c.change = 'removed' THEN NULL
            ELSE '/v1/' || n.name || '/' || r.id || '?as_of=' || substr(v.hash, 1, 16) END,
        'fields', json(c.fields),
        'time', v.time,
        'release', v.release,
        'editor', v.editor,
        'reason', ifnull(c.reason, v.reason),
        'replaced_by', CASE WHEN c.replaced_by IS NULL THEN NULL ELSE '/v1/' || n.name || '/' || c.replaced_by END
    ) AS json
FROM (
    SELECT
        a.record,
        a.valid_from AS revision,
        CASE WHEN b.key IS NULL THEN 'added' ELSE 'changed' END AS change,
        CASE WHEN b.key IS NULL THEN '[]' ELSE (
            SELECT json_group_array(j.key)
            FROM (
                SELECT x.key FROM json_each(a.body) x LEFT JOIN json_each(b.body) y ON y.key = x.key
                WHERE x.value IS NOT y.value ORDER BY x.key
            ) j
        ) END AS fields,
        NULL AS reason,
        NULL AS replaced_by
    FROM version a
    LEFT JOIN version b ON b.record = a.record AND b.valid_to = a.valid_from
    UNION ALL
    SELECT m.record, m.revision, 'removed', '[]', m.reason, m.replaced_by FROM removal m
) c
JOIN revision v ON v.number = c.revision
JOIN record r ON r.key = c.record
JOIN (
    SELECT 1 AS number, 'events' AS name, 'event' AS type
    UNION ALL SELECT 2, 'aid', 'aid-figure'
    UNION ALL SELECT 3, 'actors', 'actor'
    UNION ALL SELECT 4, 'references', 'reference'
    UNION ALL SELECT 5, 'eras', 'era'
    UNION ALL SELECT 6, 'themes', 'theme'
) n ON n.number = r.collection;
