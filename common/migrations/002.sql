-- From version 1 to version 2: what changes in tables that exist, and new tables.
-- Indexes, triggers and views are taken from schema.sql as they stand there.

ALTER TABLE cursor ADD COLUMN seen INTEGER;

-- Identities are found in more disguises than before: every post is searched again.
DELETE FROM guarded;
