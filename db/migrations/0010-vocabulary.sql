-- The words that any record has had, for the nearest to one that none has. It is a view of the index of words, without data of its own.
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
