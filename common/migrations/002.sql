-- From version 1 to version 2: what changes in tables that exist, and new tables.
-- Indexes, triggers and views are taken from schema.sql.

ALTER TABLE cursor ADD COLUMN seen INTEGER;
ALTER TABLE cursor ADD COLUMN last_number INTEGER;
ALTER TABLE cursor ADD COLUMN last_id TEXT;
ALTER TABLE cursor ADD COLUMN audited_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cursor ADD COLUMN highest INTEGER;
ALTER TABLE cursor ADD COLUMN again_to INTEGER;
ALTER TABLE sighting ADD COLUMN src_claimed INTEGER NOT NULL DEFAULT 0 CHECK (src_claimed IN (0, 1));

-- What remains of old captures, and everything that was ever counted. The file itself is not rebuilt for
-- auto_vacuum: that needs twice its size on disk, and keeps the other programs waiting.
ALTER TABLE sighting ADD COLUMN src_cut INTEGER CHECK (src_cut IN (0, 1));
CREATE TABLE kept (
  sample_id    INTEGER NOT NULL REFERENCES sample (id),
  day_at       INTEGER NOT NULL,
  honeypot     TEXT NOT NULL,
  action       TEXT NOT NULL,
  src_country  TEXT NOT NULL,
  protocol     TEXT NOT NULL,
  url          TEXT NOT NULL,
  file_name    TEXT NOT NULL,
  seen_at      INTEGER NOT NULL,
  collected_at INTEGER NOT NULL,
  captures     INTEGER NOT NULL,
  sources      INTEGER NOT NULL,
  PRIMARY KEY (sample_id, day_at, honeypot, action, src_country, protocol, url, file_name)
) STRICT, WITHOUT ROWID;
CREATE TABLE retention (
  what      TEXT NOT NULL,
  before_at INTEGER NOT NULL,
  PRIMARY KEY (what)
) STRICT, WITHOUT ROWID;
CREATE TABLE total (
  name  TEXT NOT NULL,
  label TEXT NOT NULL,
  n     INTEGER NOT NULL,
  PRIMARY KEY (name, label)
) STRICT, WITHOUT ROWID;
INSERT INTO total (name, label, n) SELECT 'samples', '', count(*) FROM sample;
INSERT INTO total (name, label, n) SELECT 'captures', honeypot, count(*) FROM sighting GROUP BY honeypot;
INSERT INTO total (name, label, n) SELECT 'answers', outcome, count(*) FROM analysis GROUP BY outcome;
INSERT INTO total (name, label, n) SELECT 'published', '', count(*) FROM post WHERE published_at IS NOT NULL;

-- An answer that is not the service's own is judged by the requests before and after it.
ALTER TABLE lookup ADD COLUMN tried_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lookup ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN tried_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE service ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE service ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;

ALTER TABLE stage ADD COLUMN trouble TEXT;

-- A pause names the stage that uses the service; if a row caused it, a row must succeed to end it.
ALTER TABLE pause ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE pause ADD COLUMN by_row INTEGER NOT NULL DEFAULT 0;
UPDATE pause SET stage = CASE service WHEN 'elasticsearch' THEN 'collector'
                                      WHEN 'virustotal' THEN 'enricher'
                                      WHEN 'wordpress' THEN 'publisher' END
 WHERE service IN ('elasticsearch', 'virustotal', 'wordpress');

-- Identities are found in more disguises than before: all posts are searched again.
DELETE FROM guarded;

CREATE TABLE provider (
  name    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict IN (0, 1)),
  detected INTEGER NOT NULL DEFAULT 0 CHECK (detected IN (0, 1)),
  PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO provider (name, kind, verdict) VALUES ('virustotal', 'file', 1);
ALTER TABLE analysis ADD COLUMN test_file INTEGER NOT NULL DEFAULT 0 CHECK (test_file IN (0, 1));
ALTER TABLE analysis ADD COLUMN cve TEXT;
ALTER TABLE analysis ADD COLUMN detections TEXT;
ALTER TABLE analysis ADD COLUMN tlsh TEXT;
ALTER TABLE analysis ADD COLUMN first_fetched_at INTEGER;
-- The enricher fills these for answers of version 1, and plans when their files are looked up again.
ALTER TABLE lookup ADD COLUMN first_at INTEGER;
ALTER TABLE lookup ADD COLUMN found_at INTEGER;
ALTER TABLE lookup ADD COLUMN nearer INTEGER NOT NULL DEFAULT 0 CHECK (nearer IN (0, 1));

-- The order of lookups, and what is not looked up. Files that wait begin to wait at the latest capture.
CREATE TABLE flood_count (
  id       INTEGER PRIMARY KEY,
  source   TEXT NOT NULL,
  date     TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind = 'session' OR kind = 'url'),
  honeypot TEXT NOT NULL,
  value    TEXT NOT NULL,
  files    INTEGER NOT NULL,
  skipped  INTEGER NOT NULL DEFAULT 0,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  read_at  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (value, kind, honeypot, date, source)
) STRICT;
ALTER TABLE quota ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lookup ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lookup ADD COLUMN since INTEGER;
ALTER TABLE lookup ADD COLUMN shed_at INTEGER;
ALTER TABLE lookup ADD COLUMN flood_id INTEGER REFERENCES flood_count (id);
UPDATE lookup
   SET weight = (SELECT count(*)
                   FROM (SELECT DISTINCT sensor, src_ip FROM sighting WHERE sample_id = lookup.sample_id) w);
UPDATE lookup
   SET since = (SELECT max(collected_at) FROM sighting)
 WHERE outcome IS NULL AND state IN ('pending', 'leased') AND rank > 0
   AND EXISTS (SELECT 1 FROM sighting WHERE sample_id = lookup.sample_id);

-- Posts without a seal are in the markup of version 1: the publisher writes them again when it starts.
ALTER TABLE post ADD COLUMN sent_seal TEXT;
ALTER TABLE post ADD COLUMN sent_rest TEXT;
ALTER TABLE post ADD COLUMN sent_new INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN lost_at INTEGER;
ALTER TABLE post ADD COLUMN lost_new INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN lost_seal TEXT;
ALTER TABLE post ADD COLUMN excerpt_hash TEXT;
ALTER TABLE post ADD COLUMN moderated TEXT;
ALTER TABLE post ADD COLUMN done_by_hand INTEGER NOT NULL DEFAULT 0 CHECK (done_by_hand IN (0, 1));
UPDATE post
   SET done_by_hand = 1
 WHERE state = 'done' AND wanted = 'publish' AND published_at IS NULL AND write_open = 0;

-- What all honeypots recorded in a day, and what happened in sessions that brought files.
CREATE TABLE day (
  id         INTEGER PRIMARY KEY,
  source     TEXT NOT NULL,
  date       TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  zone       TEXT NOT NULL,
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL,
  look_at    INTEGER NOT NULL,
  looks      INTEGER NOT NULL DEFAULT 0,
  counted_at INTEGER,
  checkpoint INTEGER,
  complete   INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
  events     INTEGER,
  sources    INTEGER,
  sessions   INTEGER,
  loudest    INTEGER,
  why        TEXT,
  UNIQUE (source, date),
  CHECK (from_at < to_at)
) STRICT;
CREATE TABLE day_count (
  day_id    INTEGER NOT NULL REFERENCES day (id),
  dimension TEXT NOT NULL
            CHECK (dimension IN ('honeypot', 'sensor', 'country', 'asn', 'city', 'port', 'rep', 'hour', 'session',
                                 'user', 'password', 'command', 'path', 'method', 'signature', 'cve',
                                 'client', 'hassh', 'event')),
  value     TEXT NOT NULL,
  label     TEXT,
  events    INTEGER NOT NULL,
  sources   INTEGER,
  PRIMARY KEY (day_id, dimension, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE silence (
  source    TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind = 'sensor' OR kind = 'honeypot'),
  name      TEXT NOT NULL,
  last_at   INTEGER NOT NULL,
  usual_gap INTEGER NOT NULL,
  said_at   INTEGER NOT NULL,
  ended_at  INTEGER,
  PRIMARY KEY (source, kind, name, last_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE sensor_clock (
  source    TEXT NOT NULL,
  date      TEXT NOT NULL,
  sensor    TEXT NOT NULL,
  documents INTEGER NOT NULL,
  early     INTEGER NOT NULL,
  least     INTEGER NOT NULL,
  most      INTEGER NOT NULL,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  usual     INTEGER NOT NULL,
  PRIMARY KEY (source, date, sensor)
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  source     TEXT NOT NULL,
  honeypot   TEXT NOT NULL,
  session    TEXT NOT NULL,
  index_name TEXT NOT NULL,
  look_at    INTEGER NOT NULL,
  looks      INTEGER NOT NULL DEFAULT 0,
  told_at    INTEGER,
  closed     INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
  login      TEXT CHECK (login = 'password' OR login = 'key'),
  user_name  TEXT,
  tries      INTEGER,
  client     TEXT,
  hassh      TEXT,
  commands   TEXT,
  typed      INTEGER,
  request    TEXT,
  PRIMARY KEY (source, honeypot, session)
) STRICT, WITHOUT ROWID;
CREATE TABLE media (
  id         INTEGER PRIMARY KEY,
  post_id    INTEGER NOT NULL REFERENCES post (id),
  role       TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  slug       TEXT NOT NULL,
  site       TEXT,
  wp_id      INTEGER,
  url        TEXT,
  sent_at    INTEGER NOT NULL,
  write_open INTEGER NOT NULL DEFAULT 1
             CHECK (write_open IN (0, 1)),
  tries      INTEGER NOT NULL DEFAULT 0,
  lost_at    INTEGER,
  why        TEXT,
  UNIQUE (post_id, role, sha256)
) STRICT;

-- What posts show, by which related ones are found. Posts in the markup of version 1 are written again, which
-- fills it.
CREATE TABLE shown (
  post_id INTEGER NOT NULL REFERENCES post (id),
  kind    TEXT NOT NULL CHECK (kind IN ('family', 'host', 'tlsh', 'title')),
  value   TEXT NOT NULL,
  PRIMARY KEY (post_id, kind, value)
) STRICT, WITHOUT ROWID;

-- Digests are posts about a period.
ALTER TABLE post ADD COLUMN from_at INTEGER;
ALTER TABLE post ADD COLUMN to_at INTEGER;
ALTER TABLE post ADD COLUMN reason TEXT;

-- Alerts to people.
CREATE TABLE message (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  key         TEXT NOT NULL,
  target      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  body        TEXT NOT NULL,
  link        TEXT,
  sealed_at   INTEGER,
  part_of     INTEGER REFERENCES message (id),
  sent_at     INTEGER,
  lost        INTEGER NOT NULL DEFAULT 0,
  state       TEXT NOT NULL DEFAULT 'pending'
              CHECK (state = 'pending' OR state = 'leased' OR state = 'done' OR state = 'held' OR state = 'skipped'),
  rank        INTEGER NOT NULL DEFAULT 1 CHECK (rank BETWEEN 0 AND 3),
  due_at      INTEGER NOT NULL DEFAULT 0,
  attempts    INTEGER NOT NULL DEFAULT 0,
  expired     INTEGER NOT NULL DEFAULT 0,
  token       INTEGER NOT NULL DEFAULT 0,
  owner       TEXT,
  lease_until INTEGER,
  tried_at    INTEGER,
  tried_after INTEGER NOT NULL DEFAULT 0,
  doubted     INTEGER NOT NULL DEFAULT 0,
  settled_at  INTEGER,
  last_error  TEXT,
  UNIQUE (target, key),
  CHECK (state <> 'leased' OR (owner IS NOT NULL AND lease_until IS NOT NULL))
) STRICT;
CREATE TABLE alert_target (
  name        TEXT PRIMARY KEY,
  since       INTEGER NOT NULL,
  analysis_id INTEGER NOT NULL,
  sent_at     INTEGER NOT NULL DEFAULT 0,
  settings    TEXT NOT NULL DEFAULT '',
  stopped_at  INTEGER,
  why         TEXT
) STRICT, WITHOUT ROWID;
