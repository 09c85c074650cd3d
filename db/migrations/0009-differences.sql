-- What a change did to each field: its value before and after, where an edit removed it, too. Which versions it led from and to.
DROP VIEW change;
CREATE VIEW change AS
SELECT
    c.record,
    c.revision,
    c.revision AS valid_from,
    9223372036854775807 AS valid_to,
    c.change,
    n.type,
    c.old_version,
    c.new_version,
    n.name || '/' || r.id AS id,
    json_object(
        'revision', c.revision,
        'change', c.change,
        'type', n.type,
        'id', r.id,
        'url', '/v1/' || n.name || '/' || r.id,
        'version', CASE WHEN c.change = 'removed' THEN NULL
            ELSE '/v1/' || n.name || '/' || r.id || '?as_of=' || substr(v.hash, 1, 16) END,
        'fields', (SELECT json_group_array(f.value ->> '$.field') FROM json_each(c.differences) f),
        'differences', json(c.differences),
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
        b.key AS old_version,
        a.key AS new_version,
        CASE WHEN b.key IS NULL THEN 'added' ELSE 'changed' END AS change,
        CASE WHEN b.key IS NULL THEN '[]' ELSE (
            SELECT json_group_array(json_object('field', d.key, 'old', json(d.old), 'new', json(d.new)))
            FROM (
                SELECT x.key, b.body -> ('$."' || x.key || '"') AS old, a.body -> ('$."' || x.key || '"') AS new
                FROM (SELECT key FROM json_each(a.body) UNION SELECT key FROM json_each(b.body)) x
                WHERE ifnull(old, 'null') <> ifnull(new, 'null')
                ORDER BY x.key
            ) d
        ) END AS differences,
        NULL AS reason,
        NULL AS replaced_by
    FROM version a
    LEFT JOIN version b ON b.record = a.record AND b.valid_to = a.valid_from
    UNION ALL
    SELECT m.record, m.revision, w.key, NULL, 'removed', '[]', m.reason, m.replaced_by
    FROM removal m LEFT JOIN version w ON w.record = m.record AND w.valid_to = m.revision
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
