-- Figures are added up by their columns alone.
ALTER TABLE aid_figure ADD COLUMN significant_digits INTEGER;
UPDATE aid_figure SET significant_digits = (SELECT v.body ->> '$.significant_digits' FROM version v WHERE v.key = aid_figure.version);
