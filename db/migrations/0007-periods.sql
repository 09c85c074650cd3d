-- A figure without a period is dated by its act, which lies somewhere within its days and does not fill them.
ALTER TABLE aid_figure ADD COLUMN period_edtf TEXT;
UPDATE aid_figure SET period_edtf = (SELECT v.body ->> '$.period_edtf' FROM version v WHERE v.key = aid_figure.version);
