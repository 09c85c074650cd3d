-- The secret that signs cursors, 256 random bits in hexadecimal digits: what this database did not write is no cursor.
CREATE TABLE cursor_key (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    key TEXT NOT NULL CHECK (length(key) = 64)
) STRICT;
INSERT INTO cursor_key VALUES (1, random_key());
