-- Words are found by their first letter alone as fast as by the first two or three: while somebody types, that is asked first.
CREATE VIRTUAL TABLE words_new USING fts5 (
    title, names, summary, notes, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
INSERT INTO words_new (rowid, title, names, summary, notes) SELECT rowid, title, names, summary, notes FROM words;
DROP TABLE words;
ALTER TABLE words_new RENAME TO words;
