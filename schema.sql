-- potpress: the database, and its manual.
--
-- One file, three programs. They never talk to each other; they only read and write here:
--
--   T-Pot  --collector-->  sample, sighting      every captured file, every capture of it
--                              | (trigger)
--                          lookup  --enricher-->  analysis      what VirusTotal answered
--                                                    | (trigger)
--                                                  post  --publisher-->  WordPress
--
-- lookup and post are queues. Their rows move like this:
--
--     pending --claim--> leased --answer--> done --(due_at > 0 has passed)--> pending
--        ^                 |-- fault --> pending again later (attempts + 1), or held
--        |                 `-- lease ran out --> pending again (expired + 1), or held
--        `---- you: UPDATE lookup SET state='pending' WHERE ...    (or post; on any row, any time)
--
--   pending   work is owed; claimed when due_at has passed, lowest rank first
--   leased    a program is at it until lease_until; only programs write this word
--   done      finished; due_at > 0 says when it is taken up again
--   held      a person is needed; last_error says why
--   skipped   by rule or by you: not wanted
--
-- What you may do while the programs run (sudo -u potpress sqlite3 -cmd '.timeout 5000' FILE):
--
--   SELECT * FROM status;                                        how it goes
--   SELECT * FROM held;                                          what needs you, and why
--   SELECT * FROM recent LIMIT 20;                               the newest answers
--   INSERT INTO sample(sha256) VALUES ('...');                   look a hash up and publish it
--   UPDATE lookup SET state='pending' WHERE value='...';         ask VirusTotal again
--   UPDATE post SET state='pending';                             publish all again; asks nobody
--   UPDATE post SET wanted='withdraw' WHERE key='...';           make a post a draft
--   DELETE FROM sample WHERE sha256='...';                       forget it and all its rows
--   DELETE FROM cursor;                                          read T-Pot again from `start`
--
-- Times are UTC in unix seconds; views show them readable. Hashes are lower-case hex text.
-- Triggers and views never read a clock.

PRAGMA application_id = 1347376208; -- "POTP": another program's file is never touched
PRAGMA user_version = 2;            -- later versions are reached by common/migrations

-- ---------------------------------------------------------------- what was captured

CREATE TABLE sample (
  -- One row per distinct file. Only VirusTotal's answer, or one document that names several hashes
  -- of the same bytes, puts two hashes on one row.
  id         INTEGER PRIMARY KEY,         -- the number other tables know it by
  sha256     TEXT COLLATE NOCASE UNIQUE   -- 64 hex digits, or NULL while only a weaker hash is known
             CONSTRAINT "a SHA-256 is 64 hex digits"
             CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-fA-F]*'),
  sha1       TEXT COLLATE NOCASE          -- 40 hex digits or NULL
             CONSTRAINT "a SHA-1 is 40 hex digits"
             CHECK (length(sha1) = 40 AND sha1 NOT GLOB '*[^0-9a-fA-F]*'),
  md5        TEXT COLLATE NOCASE          -- 32 hex digits or NULL; attackers can make two files share one
             CONSTRAINT "an MD5 is 32 hex digits"
             CHECK (length(md5) = 32 AND md5 NOT GLOB '*[^0-9a-fA-F]*'),
  size       INTEGER CHECK (size >= 0),   -- bytes, from VirusTotal; NULL while unknown
  first_seen INTEGER,                     -- earliest capture (sighting.seen_at); NULL: never captured, added by hand
  last_seen  INTEGER,                     -- newest capture
  captures   INTEGER NOT NULL DEFAULT 0,  -- number of its sightings; kept by triggers
  CONSTRAINT "a sample has a hash: sha256, sha1 or md5"
  CHECK (coalesce(sha256, sha1, md5) IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX sample_by_sha1_alone
  -- Which sample is known by this SHA-1 alone? (unique among samples without a better hash)
  ON sample (sha1) WHERE sha256 IS NULL AND sha1 IS NOT NULL;
CREATE UNIQUE INDEX sample_by_md5_alone
  -- Which sample is known by this MD5 alone?
  ON sample (md5) WHERE sha256 IS NULL AND sha1 IS NULL;
CREATE INDEX sample_by_sha1
  -- Which sample did an answer join this SHA-1 to?
  ON sample (sha1);
CREATE INDEX sample_by_md5
  -- Which sample did an answer join this MD5 to?
  ON sample (md5);

CREATE TABLE sighting (
  -- One row per capture: who brought the file, when and how. Written by attackers in part: treat url,
  -- file_name, session and src_as_org as hostile text.
  id           INTEGER PRIMARY KEY,       -- in the order they were read
  event_key    TEXT NOT NULL UNIQUE,      -- "1-" and a SHA-256 over what makes a capture the same capture
  sample_id    INTEGER NOT NULL REFERENCES sample (id), -- the file
  source       TEXT NOT NULL,             -- the T-Pot it was read from: "main"
  profile      TEXT NOT NULL,             -- the field profile that understood it: cowrie, adbhoney ...
  honeypot     TEXT NOT NULL,             -- T-Pot's type, exact case: Cowrie
  sensor       TEXT,                      -- t-pot_hostname; never published unless named in sensor_names
  session      TEXT,                      -- the honeypot's session id
  action       TEXT NOT NULL              -- fetched from a URL, or sent by the attacker
               CHECK (action = 'download' OR action = 'upload'),
  src_ip       TEXT,                      -- canonical address of the attacker, or NULL
  src_port     INTEGER,                   -- the attacker's port
  src_country  TEXT,                      -- ISO 3166 code of two letters
  src_city     TEXT,                      -- as T-Pot's GeoIP names it
  src_asn      INTEGER,                   -- number of the attacker's network
  src_as_org   TEXT,                      -- name of that network
  protocol     TEXT,                      -- ssh, telnet, https ...
  dest_port    INTEGER,                   -- the sensor's port
  url          TEXT,                      -- where the file came from, as the attacker wrote it
  file_name    TEXT,                      -- as the attacker wrote it
  event_at     INTEGER NOT NULL,          -- what the sensor's clock said
  collected_at INTEGER NOT NULL,          -- when the collector read it
  seen_at      INTEGER NOT NULL,          -- event_at, or collected_at where the sensor's clock is wrong
  clock_wrong  INTEGER NOT NULL DEFAULT 0 CHECK (clock_wrong IN (0, 1)) -- 1: event_at was not believed
) STRICT;

CREATE INDEX sighting_by_sample
  -- What captures does this sample have, oldest first?
  ON sighting (sample_id, seen_at);

CREATE TABLE noise (
  -- Hashes not worth a lookup: empty files, a lone newline, the ubiquitous authorized_keys. A captured
  -- one is a sample and a sighting, and nobody is asked about it. Yours to edit. The programs add the hashes
  -- of files that are nothing but an address or name in sensor_identity.
  hash   TEXT COLLATE NOCASE PRIMARY KEY, -- any of md5, sha1, sha256
  reason TEXT NOT NULL                    -- what the file is
) STRICT, WITHOUT ROWID;

INSERT INTO noise (hash, reason) VALUES
  ('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'empty file'),
  ('da39a3ee5e6b4b0d3255bfef95601890afd80709', 'empty file'),
  ('d41d8cd98f00b204e9800998ecf8427e', 'empty file'),
  ('01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b', 'one newline'),
  ('adc83b19e793491b1c6ea0fd8b46cd9f32e592fc', 'one newline'),
  ('68b329da9893e34099c7d8ad5cb9c940', 'one newline'),
  ('7eb70257593da06f682a3ddda54a9d260d4fc514f645237f5ca74b08f8da61a6', 'CR LF'),
  ('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'one NUL byte'),
  ('36a9e7f1c95b82ffb99743e0c5c4ce95d83c9a430aac59f84ef3cbfab6145068', 'one blank'),
  ('9a271f2a916b0b6ee6cecb2426f0b3206ef074578be55d9bc94f6f3fe3ab86aa', 'the text 0'),
  ('4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865', 'the text 1'),
  ('73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac', 'the text x'),
  ('dc51b8c96c2d745df3bd5590d990230a482fd247123599548e0632fdbf97fc22', 'the text ok'),
  ('f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2', 'the text test'),
  ('5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'the text hello'),
  ('a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf', 'a lone #!/bin/sh line'),
  ('a8460f446be540410004b1a8db4083773fa46f7fe76fa84219c93daa1669f8f2', 'the mdrfckr authorized_keys file');

CREATE TABLE sensor_identity (
  -- What must never be published: the sensors' own addresses and names, learned from their documents.
  -- Programs add `private`, and the hosts of `url` and `connect_to`.
  value      TEXT COLLATE NOCASE PRIMARY KEY, -- an address, or the name of a host or sensor
  kind       TEXT NOT NULL CHECK (kind = 'address' OR kind = 'name'), -- which of them
  source     TEXT NOT NULL,               -- the T-Pot that told it; private or configuration: not T-Pot
  learned_at INTEGER NOT NULL             -- when a document first told it
) STRICT, WITHOUT ROWID;

CREATE TABLE guarded (
  -- Those of them (and of `private` in the configuration) that all posts were searched for. One that is
  -- not here yet was learned after posts were written: the publisher looks which posts contain it, makes
  -- those pending, and notes it here.
  value TEXT COLLATE NOCASE PRIMARY KEY   -- as in sensor_identity or `private`
) STRICT, WITHOUT ROWID;

CREATE TABLE rejected (
  -- Documents that a profile selects but that hold a broken hash or cannot be read.
  id          INTEGER PRIMARY KEY,        -- in the order they were read
  source      TEXT NOT NULL,              -- the T-Pot it was read from
  index_name  TEXT NOT NULL,              -- where it lies there
  document_id TEXT NOT NULL,              -- its _id, or its _seq_no where that cannot be read
  reason      TEXT NOT NULL,              -- what is wrong, in words
  at          INTEGER NOT NULL,           -- when it was read
  UNIQUE (source, index_name, document_id)
) STRICT;

CREATE TABLE cursor (
  -- How far each index was read, in order of arrival (Elasticsearch's _seq_no, per shard). Delete rows
  -- to read again; captures that are known are not counted twice. The row with index_uuid '' and
  -- shard -1 remembers the first poll of its source.
  source        TEXT NOT NULL,            -- the T-Pot: "main"
  index_uuid    TEXT NOT NULL,            -- another one for an index that was created again
  shard         INTEGER NOT NULL,         -- each counts for itself
  index_name    TEXT NOT NULL,            -- as it was when it was last read
  position      INTEGER NOT NULL,         -- highest _seq_no read; -1: none
  checkpoint    INTEGER NOT NULL,         -- global checkpoint seen at checkpoint_at ...
  checkpoint_at INTEGER NOT NULL,         -- ... at this time ...
  settled_at    INTEGER NOT NULL DEFAULT 0, -- ... and read up to from here on, when all below it is visible
  start_at      INTEGER NOT NULL,         -- documents older than this are not taken ...
  start_until   INTEGER NOT NULL,         -- ... up to this _seq_no: what was there at the first poll; -1: no limit
  seen          INTEGER,                  -- documents of the profiles read up to position; NULL: never counted
  PRIMARY KEY (source, index_uuid, shard)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what the world knows

CREATE TABLE provider (
  -- Who is asked about what. A new sample makes a lookup at each provider of kind file.
  name    TEXT NOT NULL,                  -- as in lookup: virustotal
  kind    TEXT NOT NULL,                  -- what it is asked about: file
  verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict IN (0, 1)), -- 1: its answers are the verdict and make posts
  PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO provider (name, kind, verdict) VALUES ('virustotal', 'file', 1);

CREATE TABLE lookup (
  -- The enricher's queue: one row per question. UNIQUE(value, kind, provider).
  id          INTEGER PRIMARY KEY,        -- as held shows it
  provider    TEXT NOT NULL DEFAULT 'virustotal', -- who is asked
  kind        TEXT NOT NULL DEFAULT 'file', -- what value is: file
  value       TEXT NOT NULL,              -- the best hash known
  sample_id   INTEGER REFERENCES sample (id), -- the file the answer is about
  outcome     TEXT                        -- NULL: never answered
              CHECK (outcome = 'found' OR outcome = 'not_found'),
  state       TEXT NOT NULL DEFAULT 'pending' -- see the picture at the top
              CHECK (state = 'pending' OR state = 'leased' OR state = 'done' OR state = 'held' OR state = 'skipped'),
  rank        INTEGER NOT NULL DEFAULT 1 CHECK (rank BETWEEN 0 AND 3), -- 0 before all others, 2 asked before, 3 last
  due_at      INTEGER NOT NULL DEFAULT 0, -- not before; on a done row: when it is asked again, 0 never
  attempts    INTEGER NOT NULL DEFAULT 0, -- faults charged to this row; held after 10
  expired     INTEGER NOT NULL DEFAULT 0, -- leases that ran out; held after 20
  token       INTEGER NOT NULL DEFAULT 0, -- rises at every change of state; late workers lose by it
  owner       TEXT,                       -- who has it leased
  lease_until INTEGER,                    -- after that another may claim it
  tried_at    INTEGER,                    -- last try that ended in a fault
  tried_after INTEGER NOT NULL DEFAULT 0, -- good answers its service had given by then
  doubted     INTEGER NOT NULL DEFAULT 0, -- tries charged because others were answered well since
  settled_at  INTEGER,                    -- when a program last finished with it
  last_error  TEXT,                       -- what happened, when, how often
  UNIQUE (value, kind, provider),
  CHECK (state <> 'leased' OR (owner IS NOT NULL AND lease_until IS NOT NULL))
) STRICT;

CREATE INDEX lookup_pending
  -- What is due next?
  ON lookup (provider, rank, due_at) WHERE state = 'pending';
CREATE INDEX lookup_leased
  -- Whose lease ran out?
  ON lookup (lease_until) WHERE state = 'leased';
CREATE INDEX lookup_wakes
  -- Which answered questions are asked again, and when?
  ON lookup (due_at) WHERE state = 'done' AND due_at > 0;
CREATE INDEX lookup_held
  -- What needs a person?
  ON lookup (settled_at) WHERE state = 'held';
CREATE INDEX lookup_by_sample
  -- Which questions belong to this sample?
  ON lookup (sample_id);

CREATE TABLE analysis (
  -- Every different answer, not_found included. The newest of a lookup is the one with the highest id.
  id                  INTEGER PRIMARY KEY, -- the higher, the newer
  lookup_id           INTEGER NOT NULL REFERENCES lookup (id), -- the question
  sample_id           INTEGER REFERENCES sample (id), -- the file
  fetched_at          INTEGER NOT NULL,   -- when the answer came
  outcome             TEXT NOT NULL       -- does VirusTotal know the file?
                      CHECK (outcome = 'found' OR outcome = 'not_found'),
  verdict             TEXT NOT NULL       -- one word for people
                      CHECK (verdict IN ('malicious', 'suspicious', 'known_good', 'undetected',
                                         'inconclusive', 'not_analysed', 'unknown')),
  pua                 INTEGER NOT NULL DEFAULT 0 CHECK (pua IN (0, 1)), -- potentially unwanted application
  malicious           INTEGER NOT NULL DEFAULT 0, -- engines by what they say; the ratio is
  suspicious          INTEGER NOT NULL DEFAULT 0, -- malicious / (malicious + suspicious +
  undetected          INTEGER NOT NULL DEFAULT 0, --              undetected + harmless)
  harmless            INTEGER NOT NULL DEFAULT 0, -- (hardly any engine says so of a file)
  timeout             INTEGER NOT NULL DEFAULT 0, -- the other four gave no verdict
  confirmed_timeout   INTEGER NOT NULL DEFAULT 0, -- nor here
  failure             INTEGER NOT NULL DEFAULT 0, -- nor here
  type_unsupported    INTEGER NOT NULL DEFAULT 0, -- nor here
  last_analysis_at    INTEGER,            -- "as of": VirusTotal does not scan again when asked
  first_submission_at INTEGER,            -- when VirusTotal first got the file
  label               TEXT,               -- suggested threat label: trojan.mirai/gafgyt
  category            TEXT,               -- trojan, ransomware ...
  family              TEXT,               -- one word: mirai
  family_source       TEXT CHECK (family_source IN ('virustotal', 'vote')), -- who named it
  family_count        INTEGER,            -- engines that use that name
  type_description    TEXT,               -- ELF, Shell script ...
  magic               TEXT,               -- what libmagic says of it
  size                INTEGER,            -- bytes
  meaningful_name     TEXT,               -- written by strangers
  tags                TEXT,               -- JSON array of texts
  engines             TEXT,               -- JSON array of [engine, result] of those that detect it
  distributors        TEXT,               -- JSON array: known distributors of this file
  test_file           INTEGER NOT NULL DEFAULT 0 CHECK (test_file IN (0, 1)), -- made to test antivirus programs: EICAR
  cve                 TEXT,               -- vulnerability it exploits, as engines name it: CVE-2021-4034
  detections          TEXT,               -- JSON array of [kind, name, by]: what sandboxes and rules recognised
  raw                 BLOB,               -- the body as received, a zlib stream: sqlar_uncompress(raw, raw_size)
  raw_size            INTEGER             -- bytes of that body
) STRICT;

CREATE INDEX analysis_by_lookup
  -- What is the newest answer to this question?
  ON analysis (lookup_id);
CREATE INDEX analysis_by_sample
  -- What is the newest answer about this sample?
  ON analysis (sample_id);

CREATE TABLE unreadable (
  -- Answers that could not be read, kept so that a person can look; the lookup says what is wrong.
  lookup_id INTEGER PRIMARY KEY REFERENCES lookup (id), -- the question
  at        INTEGER NOT NULL,             -- when the answer came
  raw       BLOB NOT NULL,                -- as in analysis
  raw_size  INTEGER NOT NULL              -- as in analysis
) STRICT;

CREATE TABLE request (
  -- The ledger: one row per report request, written before it is sent. Booked is spent. Rows are kept
  -- for 100 days, the counters of table quota for ever.
  id          INTEGER PRIMARY KEY,        -- in the order they were booked
  provider    TEXT NOT NULL,              -- who was asked
  account     TEXT NOT NULL,              -- the key's name in the configuration, never the key
  purpose     TEXT NOT NULL,              -- what was asked: file
  at          INTEGER NOT NULL,           -- booked
  expires_at  INTEGER NOT NULL,           -- without an answer it counts as answered then
  answered_at INTEGER,                    -- NULL: not yet
  status      INTEGER                     -- HTTP status; 0: no answer
) STRICT;

CREATE INDEX request_answered
  -- Which requests still hold a slot of the minute?
  ON request (provider, account, answered_at);

CREATE TABLE quota (
  -- The ledger's counters: requests per UTC day ('2026-11-24') and month ('2026-11').
  provider TEXT NOT NULL,                 -- as in request
  account  TEXT NOT NULL,                 -- as in request
  period   TEXT NOT NULL,                 -- the day or the month
  used     INTEGER NOT NULL,              -- requests booked, or answered later, in it
  allowed  INTEGER NOT NULL,              -- the limit in force at the last booking
  PRIMARY KEY (provider, account, period)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what is published

CREATE TABLE post (
  -- The publisher's queue: one row per post. key, slug and the marker id="potpress-KEY" never change.
  id           INTEGER PRIMARY KEY,       -- as held shows it
  kind         TEXT NOT NULL DEFAULT 'sample', -- sample: about one file
  key          TEXT NOT NULL,             -- the best hash known when the row was made
  sample_id    INTEGER REFERENCES sample (id), -- that file
  wanted       TEXT NOT NULL DEFAULT 'publish' -- withdraw: the post is made a draft
               CHECK (wanted = 'publish' OR wanted = 'withdraw'),
  replaced_by  INTEGER REFERENCES post (id), -- the post of the same file that stays
  site         TEXT,                      -- the site that gave wp_id
  slug         TEXT NOT NULL,             -- malware-KEY: its place on the site
  title        TEXT,                      -- as last confirmed
  sent_title   TEXT,                      -- as last sent
  wp_id        INTEGER,                   -- the post's number on `site`
  link         TEXT,                      -- the site's answer
  content_hash TEXT,                      -- SHA-256 of the raw content as the site last confirmed it
  sent_at      INTEGER,                   -- when the last write was about to be sent
  sent_hash    TEXT,                      -- SHA-256 of the content that was about to be sent
  write_open   INTEGER NOT NULL DEFAULT 0 -- 1: that write has no answer yet; it is looked up, not repeated
               CHECK (write_open IN (0, 1)),
  overwrite    INTEGER NOT NULL DEFAULT 0 -- 1: a person asked for it: written whatever the site holds now
               CHECK (overwrite IN (0, 1)),
  published_at INTEGER,                   -- first confirmation
  revised_at   INTEGER,                   -- last confirmation
  state        TEXT NOT NULL DEFAULT 'pending' -- this and what follows: as in lookup
               CHECK (state = 'pending' OR state = 'leased' OR state = 'done' OR state = 'held' OR state = 'skipped'),
  rank         INTEGER NOT NULL DEFAULT 1 CHECK (rank BETWEEN 0 AND 3), -- 0 before all others
  due_at       INTEGER NOT NULL DEFAULT 0, -- not before; on a done row: when its numbers are renewed, 0 never
  attempts     INTEGER NOT NULL DEFAULT 0, -- faults charged to this row; held after 10
  expired      INTEGER NOT NULL DEFAULT 0, -- leases that ran out; held after 20
  token        INTEGER NOT NULL DEFAULT 0, -- rises at every change of state
  owner        TEXT,                      -- who has it leased
  lease_until  INTEGER,                   -- after that another may claim it
  tried_at     INTEGER,                   -- last try that ended in a fault
  tried_after  INTEGER NOT NULL DEFAULT 0, -- good answers the site had given by then
  doubted      INTEGER NOT NULL DEFAULT 0, -- tries charged because others were answered well since
  settled_at   INTEGER,                   -- when a program last finished with it
  last_error   TEXT,                      -- what happened, when, how often
  UNIQUE (key, kind),
  CHECK (state <> 'leased' OR (owner IS NOT NULL AND lease_until IS NOT NULL))
) STRICT;

CREATE INDEX post_pending
  -- What is due next?
  ON post (rank, due_at) WHERE state = 'pending';
CREATE INDEX post_leased
  -- Whose lease ran out?
  ON post (lease_until) WHERE state = 'leased';
CREATE INDEX post_wakes
  -- Which posts are brought up to date, and when?
  ON post (due_at) WHERE state = 'done' AND due_at > 0;
CREATE INDEX post_held
  -- What needs a person?
  ON post (settled_at) WHERE state = 'held';
CREATE INDEX post_by_sample
  -- Which posts belong to this sample?
  ON post (sample_id);
CREATE INDEX post_by_replacement
  -- Which posts gave way to this one?
  ON post (replaced_by) WHERE replaced_by IS NOT NULL;

-- ---------------------------------------------------------------- how the programs are

CREATE TABLE stage (
  -- One row per running process.
  owner      TEXT PRIMARY KEY,            -- "enricher HOST PID UUID"
  name       TEXT NOT NULL,               -- collector, enricher, publisher
  started_at INTEGER NOT NULL,            -- when it began
  alive_at   INTEGER NOT NULL,            -- within the last minute or two while it runs
  what       TEXT NOT NULL                -- what it does right now
) STRICT, WITHOUT ROWID;

CREATE TABLE said (
  -- What is said once a day, and when it last was; a program that is started again does not repeat it.
  topic TEXT PRIMARY KEY,                 -- profiles: those that find nothing where their honeypots write
  at    INTEGER NOT NULL                  -- when
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
  -- Services that are not asked for a while, and why.
  service TEXT NOT NULL,                  -- elasticsearch, virustotal, wordpress
  account TEXT NOT NULL,                  -- the name of the key or login
  kind    TEXT NOT NULL CHECK (kind IN ('down', 'quota', 'credentials')), -- what keeps us
  since   INTEGER NOT NULL,               -- when it began
  until   INTEGER NOT NULL,               -- then one process tries one request
  why     TEXT NOT NULL,                  -- in words
  stage   TEXT NOT NULL DEFAULT '',       -- whose service it is: collector, enricher, publisher
  by_row  INTEGER NOT NULL DEFAULT 0,     -- 1: a row's request failed, and only a row's success ends it
  PRIMARY KEY (service, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
  -- How each service last answered.
  service TEXT NOT NULL,                  -- as in pause
  account TEXT NOT NULL,                  -- as in pause
  ok_at   INTEGER,                        -- last good answer
  strikes INTEGER NOT NULL DEFAULT 0,     -- outages in a row
  answers INTEGER NOT NULL DEFAULT 0,     -- good answers to rows, counted
  doubts  INTEGER NOT NULL DEFAULT 0,     -- answers in a row that were not its own word, since the last pause
  PRIMARY KEY (service, account)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what happens by itself

-- A hash that is known is ignored, in any case of letters, never doubled.
CREATE TRIGGER sample_known BEFORE INSERT ON sample
WHEN EXISTS (SELECT 1 FROM sample WHERE sha256 = NEW.sha256)
  OR (NEW.sha256 IS NULL AND EXISTS (SELECT 1 FROM sample WHERE sha1 = NEW.sha1))
  OR (NEW.sha256 IS NULL AND NEW.sha1 IS NULL AND EXISTS (SELECT 1 FROM sample WHERE md5 = NEW.md5))
BEGIN
  SELECT RAISE(IGNORE);
END;

-- Hashes are kept in lower case, and a new sample that is not noise is looked up.
CREATE TRIGGER sample_new AFTER INSERT ON sample
BEGIN
  UPDATE sample SET sha256 = lower(sha256), sha1 = lower(sha1), md5 = lower(md5)
   WHERE id = NEW.id;
  INSERT INTO lookup (provider, kind, value, sample_id)
  SELECT name, kind, lower(coalesce(NEW.sha256, NEW.sha1, NEW.md5)), NEW.id
    FROM provider
   WHERE kind = 'file'
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash IN (NEW.sha256, NEW.sha1, NEW.md5))
      ON CONFLICT DO UPDATE SET sample_id = excluded.sample_id;
END;

-- The hash of a file that is nothing but an identity would tell it: nobody is asked about it any more, and
-- a post about it becomes a draft.
CREATE TRIGGER noise_own AFTER INSERT ON noise
WHEN NEW.reason = 'nothing but an address or name of ours'
BEGIN
  UPDATE lookup
     SET state = 'skipped', token = token + 1, due_at = 0, owner = NULL, lease_until = NULL,
         last_error = 'by rule: ' || NEW.reason
   WHERE value = NEW.hash AND kind = 'file';
  UPDATE post
     SET wanted = 'withdraw', state = 'pending', token = token + 1, due_at = 0, owner = NULL,
         lease_until = NULL
   WHERE key = NEW.hash AND kind = 'sample' AND wanted = 'publish' AND state <> 'skipped';
END;

-- A capture counts for its sample, and its published post is brought up to date a day after it was
-- last revised.
CREATE TRIGGER sighting_new AFTER INSERT ON sighting
BEGIN
  UPDATE sample
     SET captures = captures + 1,
         first_seen = min(coalesce(first_seen, NEW.seen_at), NEW.seen_at),
         last_seen = max(coalesce(last_seen, NEW.seen_at), NEW.seen_at)
   WHERE id = NEW.sample_id;
  UPDATE post SET due_at = coalesce(revised_at, published_at) + 86400
   WHERE sample_id = NEW.sample_id AND state = 'done' AND wanted = 'publish'
     AND coalesce(revised_at, published_at) IS NOT NULL;
END;

-- A different answer of whoever decides on the verdict makes the post, or has it written again. Held and
-- skipped posts stay so.
CREATE TRIGGER analysis_new AFTER INSERT ON analysis
WHEN NEW.sample_id IS NOT NULL
 AND EXISTS (SELECT 1 FROM lookup l JOIN provider p ON p.name = l.provider AND p.kind = l.kind
              WHERE l.id = NEW.lookup_id AND p.verdict = 1)
BEGIN
  UPDATE post
     SET state = 'pending', token = token + 1, due_at = 0, rank = 1,
         owner = NULL, lease_until = NULL
   WHERE sample_id = NEW.sample_id AND kind = 'sample' AND replaced_by IS NULL
     AND state IN ('done', 'pending', 'leased');
  INSERT INTO post (kind, key, sample_id, slug)
  SELECT 'sample', coalesce(sha256, sha1, md5), id, 'malware-' || coalesce(sha256, sha1, md5)
    FROM sample
   WHERE id = NEW.sample_id
     AND NOT EXISTS (SELECT 1 FROM post WHERE sample_id = NEW.sample_id AND kind = 'sample')
      ON CONFLICT DO NOTHING;
END;

-- Words of a person: an UPDATE that names state and leaves token alone.
CREATE TRIGGER lookup_word BEFORE UPDATE OF state ON lookup
WHEN NEW.token = OLD.token AND NEW.state NOT IN ('pending', 'done', 'held', 'skipped')
BEGIN
  SELECT RAISE(ABORT, 'state must be pending, done, held or skipped; leased belongs to the programs');
END;

CREATE TRIGGER lookup_by_hand AFTER UPDATE OF state ON lookup WHEN NEW.token = OLD.token
BEGIN
  UPDATE lookup
     SET token = token + 1, due_at = 0, attempts = 0, expired = 0, doubted = 0,
         rank = CASE WHEN NEW.rank = OLD.rank THEN 1 ELSE NEW.rank END,
         owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL
   WHERE id = NEW.id;
END;

CREATE TRIGGER post_word BEFORE UPDATE OF state ON post
WHEN NEW.token = OLD.token AND NEW.state NOT IN ('pending', 'done', 'held', 'skipped')
BEGIN
  SELECT RAISE(ABORT, 'state must be pending, done, held or skipped; leased belongs to the programs');
END;

CREATE TRIGGER post_wanted_word BEFORE UPDATE OF wanted ON post
WHEN NEW.wanted NOT IN ('publish', 'withdraw')
BEGIN
  SELECT RAISE(ABORT, 'wanted must be publish or withdraw');
END;

CREATE TRIGGER post_by_hand AFTER UPDATE OF state ON post WHEN NEW.token = OLD.token
BEGIN
  UPDATE post
     SET state = NEW.state, token = token + 1, due_at = 0, attempts = 0, expired = 0, doubted = 0,
         rank = CASE WHEN NEW.rank = OLD.rank THEN 1 ELSE NEW.rank END, content_hash = NULL,
         overwrite = (NEW.state = 'pending'), owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL
   WHERE id = NEW.id;
END;

-- Changing only what is wanted is work for the publisher. Where state was named too, that word stands,
-- whichever of the two triggers comes first.
CREATE TRIGGER post_wanted_by_hand AFTER UPDATE OF wanted ON post
WHEN NEW.token = OLD.token AND NEW.wanted <> OLD.wanted AND NEW.state = OLD.state
BEGIN
  UPDATE post
     SET state = 'pending', token = token + 1, due_at = 0, attempts = 0, expired = 0, doubted = 0,
         rank = CASE WHEN NEW.rank = OLD.rank THEN 1 ELSE NEW.rank END, content_hash = NULL,
         overwrite = 1, owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL
   WHERE id = NEW.id AND token = NEW.token;
END;

-- Deleting takes along what belongs to the row.
CREATE TRIGGER sample_gone AFTER DELETE ON sample
BEGIN
  DELETE FROM post WHERE sample_id = OLD.id;
  DELETE FROM analysis WHERE sample_id = OLD.id;
  DELETE FROM lookup WHERE sample_id = OLD.id;
  DELETE FROM sighting WHERE sample_id = OLD.id;
END;

CREATE TRIGGER sighting_gone AFTER DELETE ON sighting
BEGIN
  UPDATE sample
     SET captures = captures - 1,
         first_seen = (SELECT min(seen_at) FROM sighting WHERE sample_id = OLD.sample_id),
         last_seen = (SELECT max(seen_at) FROM sighting WHERE sample_id = OLD.sample_id)
   WHERE id = OLD.sample_id;
END;

CREATE TRIGGER lookup_gone AFTER DELETE ON lookup
BEGIN
  DELETE FROM analysis WHERE lookup_id = OLD.id;
  DELETE FROM unreadable WHERE lookup_id = OLD.id;
END;

CREATE TRIGGER post_gone AFTER DELETE ON post
BEGIN
  UPDATE post SET replaced_by = NULL WHERE replaced_by = OLD.id;
END;

-- ---------------------------------------------------------------- views for people

-- How it goes: one row per stage.
CREATE VIEW status (stage, pending, leased, done, held, skipped, next_due, alive_at, paused_until, why) AS
WITH stages (stage) AS (
  VALUES ('collector'), ('enricher'), ('publisher')
), counts AS (
  SELECT 'enricher' AS stage,
         count(*) FILTER (WHERE state = 'pending') AS pending,
         count(*) FILTER (WHERE state = 'leased') AS leased,
         count(*) FILTER (WHERE state = 'done') AS done,
         count(*) FILTER (WHERE state = 'held') AS held,
         count(*) FILTER (WHERE state = 'skipped') AS skipped,
         min(CASE WHEN state = 'pending' OR (state = 'done' AND due_at > 0) THEN due_at END) AS next_due
    FROM lookup
  UNION ALL
  SELECT 'publisher',
         count(*) FILTER (WHERE state = 'pending'),
         count(*) FILTER (WHERE state = 'leased'),
         count(*) FILTER (WHERE state = 'done'),
         count(*) FILTER (WHERE state = 'held'),
         count(*) FILTER (WHERE state = 'skipped'),
         min(CASE WHEN state = 'pending' OR (state = 'done' AND due_at > 0) THEN due_at END)
    FROM post
)
SELECT s.stage, c.pending, c.leased, c.done, c.held, c.skipped,
       CASE WHEN c.next_due = 0 THEN 'now' ELSE datetime(c.next_due, 'unixepoch') END,
       (SELECT datetime(max(alive_at), 'unixepoch') FROM stage WHERE name = s.stage),
       (SELECT datetime(max(until), 'unixepoch') FROM pause WHERE stage = s.stage),
       (SELECT group_concat(why, '; ') FROM pause WHERE stage = s.stage)
  FROM stages s LEFT JOIN counts c ON c.stage = s.stage;

-- What needs a person, and why.
CREATE VIEW held (queue, id, what, since, why) AS
SELECT 'lookup', id, value, datetime(settled_at, 'unixepoch'), coalesce(last_error, 'held by hand')
  FROM lookup WHERE state = 'held'
UNION ALL
SELECT 'post', id, key, datetime(settled_at, 'unixepoch'), coalesce(last_error, 'held by hand')
  FROM post WHERE state = 'held';

-- The answer that stands for each sample that has one: the newest of a provider that decides and knew the
-- file. gone_at: it was asked again then and no longer knew it.
CREATE VIEW verdict (sample_id, analysis_id, gone_at) AS
WITH answers (id, sample_id, outcome, fetched_at) AS NOT MATERIALIZED ( -- only those of the sample asked for
  SELECT a.id, a.sample_id, a.outcome, a.fetched_at
    FROM analysis a
    JOIN lookup l ON l.id = a.lookup_id
    JOIN provider p ON p.name = l.provider AND p.kind = l.kind
   WHERE p.verdict = 1
)
SELECT s.id,
       coalesce((SELECT max(f.id) FROM answers f WHERE f.sample_id = s.id AND f.outcome = 'found'),
                (SELECT max(n.id) FROM answers n WHERE n.sample_id = s.id)),
       (SELECT g.fetched_at FROM answers g
         WHERE g.sample_id = s.id AND g.outcome = 'not_found'
           AND g.id > (SELECT max(f.id) FROM answers f WHERE f.sample_id = s.id AND f.outcome = 'found')
         ORDER BY g.id DESC LIMIT 1)
  FROM sample s
 WHERE EXISTS (SELECT 1 FROM answers x WHERE x.sample_id = s.id);

-- The newest answers first, of providers that decide on the verdict. The ratio stands only where engines gave a verdict.
CREATE VIEW recent (at, hash, verdict, ratio, link) AS
SELECT datetime(a.fetched_at, 'unixepoch'),
       coalesce(s.sha256, s.sha1, s.md5, l.value),
       a.verdict,
       CASE WHEN a.outcome = 'found' AND a.malicious + a.suspicious + a.undetected + a.harmless > 0
            THEN a.malicious || '/' || (a.malicious + a.suspicious + a.undetected + a.harmless) END,
       (SELECT link FROM post p WHERE p.sample_id = a.sample_id AND p.replaced_by IS NULL)
  FROM analysis a JOIN lookup l ON l.id = a.lookup_id LEFT JOIN sample s ON s.id = a.sample_id
 WHERE EXISTS (SELECT 1 FROM provider p WHERE p.name = l.provider AND p.kind = l.kind AND p.verdict = 1)
 ORDER BY a.id DESC;

-- What was spent on the day of the newest request. (Shortly before midnight requests count in the next day
-- too, since the provider's clock may be ahead.)
CREATE VIEW quota_today (provider, account, day, used_day, per_day, month, used_month, per_month) AS
SELECT d.provider, d.account, d.period, d.used, d.allowed, m.period, m.used, m.allowed
  FROM quota d
  LEFT JOIN quota m ON m.provider = d.provider AND m.account = d.account AND m.period = substr(d.period, 1, 7)
 WHERE length(d.period) = 10
   AND d.period = coalesce(
         (SELECT strftime('%Y-%m-%d', r.at, 'unixepoch') FROM request r
           WHERE r.provider = d.provider AND r.account = d.account ORDER BY r.id DESC LIMIT 1),
         (SELECT max(n.period) FROM quota n
           WHERE n.provider = d.provider AND n.account = d.account AND length(n.period) = 10));
