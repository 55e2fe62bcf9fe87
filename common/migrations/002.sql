-- From version 1 to version 2: what changes in tables that exist, and new tables.
-- Indexes, triggers and views are taken from schema.sql as they stand there.

ALTER TABLE cursor ADD COLUMN seen INTEGER;

-- Identities are found in more disguises than before: every post is searched again.
DELETE FROM guarded;

CREATE TABLE provider (
  name    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict IN (0, 1)),
  PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO provider (name, kind, verdict) VALUES ('virustotal', 'file', 1);
ALTER TABLE analysis ADD COLUMN test_file INTEGER NOT NULL DEFAULT 0 CHECK (test_file IN (0, 1));
ALTER TABLE analysis ADD COLUMN cve TEXT;
ALTER TABLE analysis ADD COLUMN detections TEXT;
