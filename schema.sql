-- potpress: the database, and its manual.
--
-- One file, three programs. They never talk to each other; they only read and write this file:
--
--   T-Pot  --collector-->  sample, sighting      every captured file and each of its captures
--                              | (trigger)
--                          lookup  --enricher-->  analysis      what VirusTotal answered
--                                                    | (trigger)
--                                                  post  --publisher-->  WordPress
--
-- lookup and post are queues. Their rows move like this:
--
--     pending --claim--> leased --answer--> done --(due_at > 0 has passed)--> pending
--        ^                 |-- fault --> pending again later (attempts + 1), or held
--        |                 `-- lease expired --> pending again (expired + 1), or held
--        `---- you: UPDATE lookup SET state='pending' WHERE ...    (or post; on any row, any time)
--
--   pending   waiting; claimed once due_at has passed, lowest rank first
--   leased    a program is working on it until lease_until; only programs set this
--   done      finished; due_at > 0 is the time of the next update
--   held      needs attention; last_error gives the reason
--   skipped   not wanted, by rule or by you
--
-- What you may do while the programs run (sudo -u potpress sqlite3 -cmd '.timeout 5000' FILE):
--
--   SELECT * FROM status;                                        the state of all stages
--   SELECT * FROM held;                                          what needs attention, and why
--   SELECT * FROM recent LIMIT 20;                               the latest answers
--   SELECT * FROM unasked;                                       how many files wait or were not looked up
--   SELECT * FROM quiet;                                         sensors and honeypots that fell silent
--   SELECT * FROM clocks;                                        sensors with a wrong clock, and by how much
--   SELECT * FROM floods LIMIT 20;                               many files of one session or URL
--   INSERT INTO sample(sha256) VALUES ('...');                   look up a hash and publish it
--   UPDATE lookup SET state='pending' WHERE value='...';         ask VirusTotal again
--   UPDATE post SET state='pending' WHERE state='done';          publish all again without asking VirusTotal
--   UPDATE post SET wanted='withdraw' WHERE key='...';           turn a post into a draft
--   UPDATE post SET state='pending' WHERE kind='digest';         publish the digests again, from this file alone
--   UPDATE post SET reason='by hand', state='pending' WHERE key='...'; publish a file that the rules left out
--   UPDATE message SET state='pending' WHERE target='...' AND state='held'; send alerts to a target again
--   DELETE FROM noise WHERE hash='...';                          look up a hash listed in noise
--   DELETE FROM sample WHERE sha256='...';                       forget a file and all its rows
--   DELETE FROM cursor;                                          read T-Pot again from `start`
--
-- Times are UTC in unix seconds; views show them as dates. Hashes are lower-case hex text.
-- Triggers and views never read a clock.

PRAGMA auto_vacuum = INCREMENTAL;   -- space that keep_sightings frees can be given back; no effect on a file
                                    -- that exists (potpress(7): KEEPING IT SMALL)
PRAGMA application_id = 1347376208; -- "POTP": files of other programs are never touched
PRAGMA user_version = 2;            -- older files are upgraded by common/migrations

-- ---------------------------------------------------------------- what was captured

CREATE TABLE sample (
  -- One row per distinct file. Only an answer of VirusTotal, or a document that gives several hashes
  -- of the same bytes, puts two hashes into one row.
  id         INTEGER PRIMARY KEY,         -- referenced by the other tables
  sha256     TEXT COLLATE NOCASE UNIQUE   -- 64 hex digits, or NULL while only a weaker hash is known
             CONSTRAINT "a SHA-256 is 64 hex digits"
             CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-fA-F]*'),
  sha1       TEXT COLLATE NOCASE          -- 40 hex digits or NULL
             CONSTRAINT "a SHA-1 is 40 hex digits"
             CHECK (length(sha1) = 40 AND sha1 NOT GLOB '*[^0-9a-fA-F]*'),
  md5        TEXT COLLATE NOCASE          -- 32 hex digits or NULL; attackers can create two files with the same MD5
             CONSTRAINT "an MD5 is 32 hex digits"
             CHECK (length(md5) = 32 AND md5 NOT GLOB '*[^0-9a-fA-F]*'),
  size       INTEGER CHECK (size >= 0),   -- bytes, from VirusTotal; NULL while unknown
  first_seen INTEGER,                     -- first capture (sighting.seen_at); NULL: never captured, added by hand
  last_seen  INTEGER,                     -- latest capture
  captures   INTEGER NOT NULL DEFAULT 0,  -- number of captures, also of those in kept; maintained by triggers
  CONSTRAINT "a sample has a hash: sha256, sha1 or md5"
  CHECK (coalesce(sha256, sha1, md5) IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX sample_by_sha1_alone
  -- Which sample is known only by this SHA-1? (unique among samples without a better hash)
  ON sample (sha1) WHERE sha256 IS NULL AND sha1 IS NOT NULL;
CREATE UNIQUE INDEX sample_by_md5_alone
  -- Which sample is known only by this MD5?
  ON sample (md5) WHERE sha256 IS NULL AND sha1 IS NULL;
CREATE INDEX sample_by_sha1
  -- Which sample has this SHA-1?
  ON sample (sha1) WHERE sha1 IS NOT NULL;
CREATE INDEX sample_by_md5
  -- Which sample has this MD5?
  ON sample (md5) WHERE md5 IS NOT NULL;

CREATE TABLE sighting (
  -- One row per capture: who delivered the file, when and how. Partly written by attackers: treat url,
  -- file_name, session and src_as_org as hostile text.
  id           INTEGER PRIMARY KEY,       -- in the order they were read
  event_key    TEXT NOT NULL UNIQUE,      -- "1-" and a SHA-256 over the fields that identify a capture
  sample_id    INTEGER NOT NULL REFERENCES sample (id), -- the file
  source       TEXT NOT NULL,             -- the T-Pot it was read from: "main"
  profile      TEXT NOT NULL,             -- the profile that read it: cowrie, adbhoney ...
  honeypot     TEXT NOT NULL,             -- T-Pot's type in its exact spelling: Cowrie
  sensor       TEXT,                      -- t-pot_hostname; never published unless named in sensor_names
  session      TEXT,                      -- the honeypot's session id
  action       TEXT NOT NULL              -- downloaded from a URL, or uploaded by the attacker
               CHECK (action = 'download' OR action = 'upload'),
  src_ip       TEXT,                      -- the attacker's address in canonical form, or NULL; if src_cut is not
                                          -- NULL, its network: 198.51.100.0/24
  src_claimed  INTEGER NOT NULL DEFAULT 0 CHECK (src_claimed IN (0, 1)), -- 1: src_ip is only the client's
                                          -- own claim (X-Forwarded-For), and so is what is derived from it
  src_cut      INTEGER CHECK (src_cut IN (0, 1)), -- NULL: the address is whole; else it was cut
                                          -- (keep_addresses), and stands for so many addresses: 1 in one row per
                                          -- file and address, so that sources can still be counted
  src_port     INTEGER,                   -- the attacker's port
  src_country  TEXT,                      -- two-letter ISO 3166 code
  src_city     TEXT,                      -- from T-Pot's GeoIP data
  src_asn      INTEGER,                   -- AS number of the attacker's network
  src_as_org   TEXT,                      -- name of that network
  protocol     TEXT,                      -- ssh, telnet, https ...
  dest_port    INTEGER,                   -- the sensor's port
  url          TEXT,                      -- where the file came from, as the attacker wrote it
  file_name    TEXT,                      -- as the attacker wrote it
  event_at     INTEGER NOT NULL,          -- what the sensor's clock said
  collected_at INTEGER NOT NULL,          -- when the collector read it
  seen_at      INTEGER NOT NULL,          -- event_at, or collected_at if the sensor's clock is wrong
  clock_wrong  INTEGER NOT NULL DEFAULT 0 CHECK (clock_wrong IN (0, 1)) -- 1: event_at was implausible
) STRICT;

CREATE INDEX sighting_by_sample
  -- Which captures does this sample have, oldest first?
  ON sighting (sample_id, seen_at);
CREATE INDEX sighting_by_time
  -- What was captured in this period? Which captures are the oldest?
  ON sighting (seen_at);
CREATE INDEX sighting_whole
  -- Which are the oldest captures with a whole address?
  ON sighting (seen_at) WHERE src_cut IS NULL;
CREATE INDEX sighting_by_address
  -- Which files came from this address?
  ON sighting (src_ip, sample_id) WHERE src_cut IS NULL;
CREATE INDEX sighting_by_session
  -- Which files did this session bring?
  ON sighting (session) WHERE session IS NOT NULL;
CREATE INDEX sighting_by_url
  -- Which files came from this URL, whatever followed its ? or #?
  ON sighting (substr(url, 1, instr(replace(url, '#', '?') || '?', '?') - 1), seen_at) WHERE url IS NOT NULL;
CREATE INDEX sighting_by_origin
  -- Has this sensor captured the sample from this address before?
  ON sighting (sample_id, sensor, src_ip);

CREATE TABLE kept (
  -- What remains of sightings that keep_sightings has deleted: numbers per file and day, and where the file
  -- came from. A value that is not known is ''.
  sample_id    INTEGER NOT NULL REFERENCES sample (id), -- the file
  day_at       INTEGER NOT NULL,          -- first second of the day, in the configured time zone
  honeypot     TEXT NOT NULL,             -- this and the following: as in sighting
  action       TEXT NOT NULL,             -- download or upload
  src_country  TEXT NOT NULL,             -- '' also if the source is only the client's own claim
  protocol     TEXT NOT NULL,             -- as in sighting
  url          TEXT NOT NULL,             -- hostile text
  file_name    TEXT NOT NULL,             -- hostile text
  seen_at      INTEGER NOT NULL,          -- the latest capture
  collected_at INTEGER NOT NULL,          -- when the first one was read
  captures     INTEGER NOT NULL,          -- number of captures
  sources      INTEGER NOT NULL,          -- addresses that are in no other row about this file
  PRIMARY KEY (sample_id, day_at, honeypot, action, src_country, protocol, url, file_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_by_sample
  -- What remains of the captures of this sample, newest first?
  ON kept (sample_id, seen_at);
CREATE INDEX kept_by_time
  -- What remains of the captures of this period?
  ON kept (seen_at);

CREATE TABLE retention (
  -- How far keep_sightings has come. An older capture is not counted again if it is read again.
  what      TEXT NOT NULL,                -- captures
  before_at INTEGER NOT NULL,             -- those seen before this time are in kept
  PRIMARY KEY (what)
) STRICT, WITHOUT ROWID;

CREATE TABLE total (
  -- Everything that was ever counted. These numbers never fall, whatever is deleted.
  name  TEXT NOT NULL,                    -- samples, captures, answers, published, revised
  label TEXT NOT NULL,                    -- of captures: the honeypot; of answers (VirusTotal's): the outcome; else ''
  n     INTEGER NOT NULL,                 -- how many
  PRIMARY KEY (name, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE flood_count (
  -- New files by the session and the URL they came from, for each day. After the first `flood` of them
  -- the rest is a flood, one matter: samples and sightings, but skipped lookups; see view floods.
  id       INTEGER PRIMARY KEY,           -- as in lookup.flood_id
  source   TEXT NOT NULL,                 -- the T-Pot they were read from
  date     TEXT NOT NULL,                 -- the UTC day of their captures: '2026-11-24'
  kind     TEXT NOT NULL CHECK (kind = 'session' OR kind = 'url'), -- what value is
  honeypot TEXT NOT NULL,                 -- as in sighting; '' for a URL
  value    TEXT NOT NULL,                 -- the session, else the source address; the URL up to ? or #; hostile
  files    INTEGER NOT NULL,              -- new files
  skipped  INTEGER NOT NULL DEFAULT 0,    -- those of them that were not looked up for this reason
  first_at INTEGER NOT NULL,              -- when the first of them was captured
  last_at  INTEGER NOT NULL,              -- when the last was
  read_at  INTEGER NOT NULL DEFAULT 0,    -- when the last was read; counts that were no flood go two days later
  UNIQUE (value, kind, honeypot, date, source)
) STRICT;

CREATE INDEX flood_count_old
  -- Which counts were no flood and can be forgotten?
  ON flood_count (read_at) WHERE skipped = 0;
CREATE INDEX flood_count_flood
  -- Which floods were there in this time?
  ON flood_count (first_at) WHERE skipped > 0;

CREATE TABLE noise (
  -- Hashes not worth a lookup: empty files, a lone newline, the ubiquitous authorized_keys. If captured,
  -- they become samples and sightings but are never looked up. You may edit this table: a hash that you
  -- add is not looked up any more, and one that you delete is looked up. The programs add hashes that would
  -- reveal a sensor: of files that contain nothing but an address or name in sensor_identity, and of files
  -- that came only from services that answer with their visitor's address.
  hash   TEXT COLLATE NOCASE PRIMARY KEY, -- an MD5, SHA-1 or SHA-256
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
  -- The programs add `private` and the hosts in `url` and `connect_to`.
  value      TEXT COLLATE NOCASE PRIMARY KEY, -- an address, or the name of a host or sensor
  kind       TEXT NOT NULL CHECK (kind = 'address' OR kind = 'name'), -- which of them
  source     TEXT NOT NULL,               -- the T-Pot that reported it; private or configuration: not a T-Pot
  learned_at INTEGER NOT NULL             -- when it was first seen in a document
) STRICT, WITHOUT ROWID;

CREATE TABLE guarded (
  -- The identities that all posts have been searched for. One that is missing here was learned after posts
  -- were written: the publisher finds the posts that contain it, makes them pending, and adds it here.
  value TEXT COLLATE NOCASE PRIMARY KEY   -- as in sensor_identity or `private`
) STRICT, WITHOUT ROWID;

CREATE TABLE rejected (
  -- Documents that a profile selects but that contain a malformed hash or cannot be read.
  id          INTEGER PRIMARY KEY,        -- in the order they were read
  source      TEXT NOT NULL,              -- the T-Pot it was read from
  index_name  TEXT NOT NULL,              -- its index there
  document_id TEXT NOT NULL,              -- its _id, or its _seq_no if that cannot be read
  reason      TEXT NOT NULL,              -- what is wrong with it
  at          INTEGER NOT NULL,           -- when it was read
  UNIQUE (source, index_name, document_id)
) STRICT;

CREATE TABLE cursor (
  -- How far each index has been read, in order of arrival (Elasticsearch's _seq_no, per shard). Delete
  -- rows to read again; known captures are not counted twice. The row with index_uuid '' and shard -1
  -- records the first poll of its source.
  source        TEXT NOT NULL,            -- the T-Pot: "main"
  index_uuid    TEXT NOT NULL,            -- changes if the index is created again
  shard         INTEGER NOT NULL,         -- each is numbered separately
  index_name    TEXT NOT NULL,            -- its name when it was last read
  position      INTEGER NOT NULL,         -- highest _seq_no read; -1: none
  checkpoint    INTEGER NOT NULL,         -- global checkpoint seen at checkpoint_at ...
  checkpoint_at INTEGER NOT NULL,         -- ... at this time ...
  highest       INTEGER,                  -- ... with this as the highest _seq_no given; NULL: unknown. A search that
                                          -- finds a higher one shows that everything up to checkpoint is visible
  settled_at    INTEGER NOT NULL DEFAULT 0, -- ... and is read up to from this time on; postponed until everything
                                          -- below it is shown to be visible
  start_at      INTEGER NOT NULL,         -- documents older than this are not read ...
  start_until   INTEGER NOT NULL,         -- ... up to this _seq_no: those present at the first poll; -1: no limit
  seen          INTEGER,                  -- documents of the profiles read up to position; NULL: never counted. In
                                          -- the row of the first poll: a number that stands for the profiles
  last_number   INTEGER,                  -- _seq_no of the last document read; NULL: none ...
  last_id       TEXT,                     -- ... and its _id
  audited_at    INTEGER NOT NULL DEFAULT 0, -- when the engine last counted the documents up to position
  again_to      INTEGER,                  -- the index is being read again, after others: up to here it had been read
                                          -- before, so what is new had been missed; NULL: it is not
  PRIMARY KEY (source, index_uuid, shard)
) STRICT, WITHOUT ROWID;

CREATE INDEX cursor_by_name
  -- Was an index of this name created again?
  ON cursor (source, index_name);

-- ---------------------------------------------------------------- what else T-Pot recorded

CREATE TABLE day (
  -- What all honeypots of a T-Pot recorded in a day of the configured time zone. A day gets its row when it
  -- begins, and keeps the zone it began in; the next day begins where it ends, so that after a change of
  -- the zone one day is shorter or longer.
  id         INTEGER PRIMARY KEY,         -- referenced by day_count
  source     TEXT NOT NULL,               -- the T-Pot: "main"
  date       TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- '2026-11-21'
  zone       TEXT NOT NULL,               -- its time zone: Asia/Tokyo
  from_at    INTEGER NOT NULL,            -- its first second ...
  to_at      INTEGER NOT NULL,            -- ... and the first one after it
  look_at    INTEGER NOT NULL,            -- when T-Pot is asked for its numbers next; 0: never again
  looks      INTEGER NOT NULL DEFAULT 0,  -- how many of the planned times have passed
  counted_at INTEGER,                     -- when the numbers were asked for; NULL: not counted (yet, or if
                                          -- look_at is 0 ever)
  checkpoint INTEGER,                     -- sum of how far its indices were read then: only if this has
                                          -- changed are the numbers asked for again
  complete   INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)), -- 1: T-Pot had an index for all of the
                                          -- day, and the numbers include everything that arrived before it ended
  events     INTEGER,                     -- documents of honeypots; one visit makes several
  sources    INTEGER,                     -- different source addresses (nearly exact)
  sessions   INTEGER,                     -- visits, of the honeypots that show them (dimension session)
  loudest    INTEGER,                     -- events of the address that made most
  why        TEXT,                        -- why it is not counted or not complete
  UNIQUE (source, date),
  CHECK (from_at < to_at)
) STRICT;

CREATE INDEX day_by_date
  -- What was recorded in a period, whichever the T-Pot?
  ON day (date);
CREATE INDEX day_due
  -- Which days are asked about next?
  ON day (source, look_at) WHERE look_at > 0;

CREATE TABLE day_count (
  -- The largest numbers of a counted day. Attackers wrote the values of user, password, command, path,
  -- client and hassh: hostile text. Sources of different values cannot be added up, except for country.
  day_id    INTEGER NOT NULL REFERENCES day (id), -- the day
  dimension TEXT NOT NULL                 -- what was counted:
            CHECK (dimension IN (
              'honeypot',                 -- T-Pot's type: Cowrie
              'sensor',                   -- t-pot_hostname; never published unless named in sensor_names
              'country',                  -- two-letter ISO 3166 code
              'asn',                      -- AS number of the source; label: its organization
              'city',                     -- city of the source; label: its country's code
              'port',                     -- port of the sensor (of Cowrie: each session once)
              'rep',                      -- reputation of the source in T-Pot's lists: known attacker
              'hour',                     -- two digits: hours since from_at; all events, or of one honeypot
                                          -- if its name follows after a blank: '14', '14 Cowrie'
              'session',                  -- visits of a honeypot
              'user', 'password',         -- tried at any honeypot
              'command',                  -- typed at Cowrie and Adbhoney
              'path', 'method',           -- of web requests
              'signature', 'cve',         -- alerts of Suricata, which are no part of day.events
              'client', 'hassh',          -- SSH clients at Cowrie
              'event')),                  -- Cowrie's eventid: cowrie.login.failed
  value     TEXT NOT NULL,                -- one of them
  label     TEXT,                         -- where dimension says so
  events    INTEGER NOT NULL,             -- documents
  sources   INTEGER,                      -- different source addresses; NULL: not asked for
  PRIMARY KEY (day_id, dimension, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE silence (
  -- Sensors and types of honeypots that fell silent (quiet_after), once for each silence; forgotten after
  -- 60 days. View quiet shows those that have not ended.
  source    TEXT NOT NULL,                -- the T-Pot: "main"
  kind      TEXT NOT NULL CHECK (kind = 'sensor' OR kind = 'honeypot'), -- what name is, as in day_count
  name      TEXT NOT NULL,                -- its name; that of a sensor is never published
  last_at   INTEGER NOT NULL,             -- end of the last day with events
  usual_gap INTEGER NOT NULL,             -- seconds: longest time without events before, in whole days
  said_at   INTEGER NOT NULL,             -- when it was logged
  ended_at  INTEGER,                      -- when there were events again; NULL: it is silent
  PRIMARY KEY (source, kind, name, last_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE sensor_clock (
  -- How long after their own times a sensor's documents were read: what this shows about its clock. A row per
  -- day, forgotten after 100 days. View clocks shows the sensors whose clock is wrong.
  source    TEXT NOT NULL,                -- the T-Pot: "main"
  date      TEXT NOT NULL,                -- the day of reading, in the configured time zone: '2026-11-21'
  sensor    TEXT NOT NULL,                -- t-pot_hostname; never published unless named in sensor_names
  documents INTEGER NOT NULL,             -- documents of the profiles
  early     INTEGER NOT NULL,             -- those that were read more than five minutes before their time
  least     INTEGER NOT NULL,             -- shortest delay in seconds; negative: read before its time
  most      INTEGER NOT NULL,             -- longest delay
  first_at  INTEGER NOT NULL,             -- when the first was read ...
  last_at   INTEGER NOT NULL,             -- ... and the last
  usual     INTEGER NOT NULL,             -- a delay up to this is usual: ten minutes more than `interval`
  PRIMARY KEY (source, date, sensor)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  -- What an attacker did in a session that brought a file. All texts are hostile. For a file that was
  -- captured often, only its first sessions are kept.
  source     TEXT NOT NULL,               -- the T-Pot, as in sighting
  honeypot   TEXT NOT NULL,               -- as in sighting
  session    TEXT NOT NULL,               -- as in sighting; if that has none, its event_key
  index_name TEXT NOT NULL,               -- the index that holds the capture
  look_at    INTEGER NOT NULL,            -- when T-Pot is asked about it next; 0: never again
  looks      INTEGER NOT NULL DEFAULT 0,  -- number of requests about it
  told_at    INTEGER,                     -- when T-Pot last answered; NULL: never
  closed     INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)), -- 1: the session is over
  login      TEXT CHECK (login = 'password' OR login = 'key'), -- how the attacker got in; NULL: no login
  user_name  TEXT,                        -- user name of that login, or of the last one that was refused
  tries      INTEGER,                     -- logins tried, with the successful one
  client     TEXT,                        -- what the client calls itself: SSH-2.0-Go
  hassh      TEXT,                        -- fingerprint of an SSH client: an MD5
  commands   TEXT,                        -- JSON array of the first 50 commands, each cut at 512 bytes
  typed      INTEGER,                     -- number of all commands
  request    TEXT,                        -- of a web request: its method and path; of Log4pot: the exploit
  PRIMARY KEY (source, honeypot, session)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_due
  -- Which sessions is T-Pot asked about next?
  ON session (source, look_at) WHERE look_at > 0;

-- ---------------------------------------------------------------- what others know

CREATE TABLE provider (
  -- Who is asked about what. A new sample is looked up at each provider of kind file. The enricher adds the row
  -- of an optional provider that is configured, and deletes it when it no longer is.
  name    TEXT NOT NULL,                  -- as in lookup: virustotal
  kind    TEXT NOT NULL,                  -- what it is asked about: file
  verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict IN (0, 1)), -- 1: its answers decide the verdict and make posts
  detected INTEGER NOT NULL DEFAULT 0 CHECK (detected IN (0, 1)), -- 1: asked only about files that are malicious or
                                          -- suspicious by the verdict
  PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO provider (name, kind, verdict) VALUES ('virustotal', 'file', 1);

CREATE TABLE lookup (
  -- The enricher's queue: one row per question. UNIQUE(value, kind, provider).
  id          INTEGER PRIMARY KEY,        -- as shown by view held
  provider    TEXT NOT NULL DEFAULT 'virustotal', -- who is asked: virustotal, malwarebazaar
  kind        TEXT NOT NULL DEFAULT 'file', -- what value is: file
  value       TEXT NOT NULL,              -- the best hash known
  sample_id   INTEGER REFERENCES sample (id), -- the file the answer is about
  outcome     TEXT                        -- NULL: never answered
              CHECK (outcome = 'found' OR outcome = 'not_found'),
  state       TEXT NOT NULL DEFAULT 'pending' -- see the diagram at the top
              CHECK (state = 'pending' OR state = 'leased' OR state = 'done' OR state = 'held' OR state = 'skipped'),
  rank        INTEGER NOT NULL DEFAULT 1 CHECK (rank BETWEEN 0 AND 3), -- 0 by hand, 1 new, 2 asked before, 3 last
  due_at      INTEGER NOT NULL DEFAULT 0, -- not before this time; in a done row: when to ask again, 0 never
  weight      INTEGER NOT NULL DEFAULT 0, -- pairs of sensor and source address that captured the file
  attempts    INTEGER NOT NULL DEFAULT 0, -- failures charged to this row; held after 10
  expired     INTEGER NOT NULL DEFAULT 0, -- expired leases; held after 20
  token       INTEGER NOT NULL DEFAULT 0, -- incremented at every change of state; fences off stale workers
  owner       TEXT,                       -- the process that holds the lease
  lease_until INTEGER,                    -- afterwards another process may claim it
  tried_at    INTEGER,                    -- last attempt that failed
  tried_after INTEGER NOT NULL DEFAULT 0, -- number of good answers of its service by then
  doubted     INTEGER NOT NULL DEFAULT 0, -- attempts charged because others succeeded since
  settled_at  INTEGER,                    -- when a program last finished it
  last_error  TEXT,                       -- what happened, when, how often
  first_at    INTEGER,                    -- first answer: unknown_again counts from here
  found_at    INTEGER,                    -- first report: known_again counts from here
  nearer      INTEGER NOT NULL DEFAULT 0 CHECK (nearer IN (0, 1)), -- 1: due_at was moved a day earlier by a capture
  since       INTEGER,                    -- the capture since which it waits for its first answer; NULL: by hand,
                                          -- or by --reparse
  shed_at     INTEGER,                    -- when it was skipped because it had waited for `backlog`; NULL: not
  flood_id    INTEGER REFERENCES flood_count (id), -- the flood it is part of and was skipped for
  UNIQUE (value, kind, provider),
  CHECK (state <> 'leased' OR (owner IS NOT NULL AND lease_until IS NOT NULL))
) STRICT;

CREATE INDEX lookup_pending
  -- What is asked next? In this order, among the rows that are due:
  --   rank    by hand, then new files, then files asked before (these also have a share, `reserve`)
  --   due_at  0: nothing was put off; rows that were put off come after them, the earliest first, and are
  --           at 0 again after two hours
  --   weight  captured by more sensors and from more addresses
  --   id      the newest
  -- No row waits for ever: a new file is asked or, `backlog` after its capture, shed; files asked before
  -- are asked in the order of their due times, with `reserve` percent of the requests while more new files
  -- wait than the quota of a day, and with a fifth of that whenever they have been due for a day: with 1,000
  -- of them due earlier, and 50 percent of 500 a day, on the fifth day, or in three weeks at the latest.
  ON lookup (provider, rank, due_at, weight DESC, id DESC) WHERE state = 'pending';
CREATE INDEX lookup_waits
  -- Which files have waited longest for their first answer?
  ON lookup (provider, since) WHERE state = 'pending' AND outcome IS NULL AND since IS NOT NULL;
CREATE INDEX lookup_shed
  -- Which files were shed in this time?
  ON lookup (shed_at) WHERE shed_at IS NOT NULL;
CREATE INDEX lookup_flooded
  -- Which files were skipped for this flood?
  ON lookup (flood_id) WHERE flood_id IS NOT NULL;
CREATE INDEX lookup_leased
  -- Which leases have expired?
  ON lookup (lease_until) WHERE state = 'leased';
CREATE INDEX lookup_wakes
  -- Which lookups are due to be asked again?
  ON lookup (due_at) WHERE state = 'done' AND due_at > 0;
CREATE INDEX lookup_held
  -- What needs attention?
  ON lookup (settled_at) WHERE state = 'held';
CREATE INDEX lookup_unplanned
  -- Which lookups were answered by version 1, which planned no further ones?
  ON lookup (provider, id) WHERE outcome IS NOT NULL AND first_at IS NULL;
CREATE INDEX lookup_by_sample
  -- Which lookups belong to this sample?
  ON lookup (sample_id);

CREATE TABLE analysis (
  -- Every different answer, not_found included. The newest of a lookup is the one with the highest id.
  id                  INTEGER PRIMARY KEY, -- a higher one is newer
  lookup_id           INTEGER NOT NULL REFERENCES lookup (id), -- the lookup it answers
  sample_id           INTEGER REFERENCES sample (id), -- the file
  fetched_at          INTEGER NOT NULL,   -- when the answer arrived, or last arrived unchanged
  first_fetched_at    INTEGER,            -- when it first arrived; NULL: as fetched_at
  outcome             TEXT NOT NULL       -- does the provider know the file?
                      CHECK (outcome = 'found' OR outcome = 'not_found'),
  verdict             TEXT NOT NULL       -- in one word
                      CHECK (verdict IN ('malicious', 'suspicious', 'known_good', 'undetected',
                                         'inconclusive', 'not_analysed', 'unknown')),
  pua                 INTEGER NOT NULL DEFAULT 0 CHECK (pua IN (0, 1)), -- potentially unwanted application
  malicious           INTEGER NOT NULL DEFAULT 0, -- numbers of engines by result; the ratio is
  suspicious          INTEGER NOT NULL DEFAULT 0, -- malicious / (malicious + suspicious +
  undetected          INTEGER NOT NULL DEFAULT 0, --              undetected + harmless)
  harmless            INTEGER NOT NULL DEFAULT 0, -- (rare for files)
  timeout             INTEGER NOT NULL DEFAULT 0, -- these four gave no verdict
  confirmed_timeout   INTEGER NOT NULL DEFAULT 0, -- no verdict
  failure             INTEGER NOT NULL DEFAULT 0, -- no verdict
  type_unsupported    INTEGER NOT NULL DEFAULT 0, -- no verdict
  last_analysis_at    INTEGER,            -- "as of": a lookup does not make VirusTotal scan again
  first_submission_at INTEGER,            -- when VirusTotal first received the file
  label               TEXT,               -- suggested threat label: trojan.mirai/gafgyt; MalwareBazaar's signature
  category            TEXT,               -- trojan, ransomware ...
  family              TEXT,               -- one word: mirai
  family_source       TEXT CHECK (family_source IN ('virustotal', 'vote')), -- where the name is from
  family_count        INTEGER,            -- engines that use that name
  type_description    TEXT,               -- ELF, Shell script ...
  magic               TEXT,               -- libmagic's description
  size                INTEGER,            -- bytes
  meaningful_name     TEXT,               -- chosen by whoever submitted it
  tags                TEXT,               -- JSON array of texts
  engines             TEXT,               -- JSON array of [engine, result] of those that detect it
  distributors        TEXT,               -- JSON array of known distributors of this file
  test_file           INTEGER NOT NULL DEFAULT 0 CHECK (test_file IN (0, 1)), -- made for testing antivirus software
  cve                 TEXT,               -- vulnerability it exploits, as engines name it: CVE-2021-4034
  detections          TEXT,               -- JSON array of [kind, name, by]: what sandboxes and rules detected
  tlsh                TEXT,               -- digest by which similar files are found: T1 and 70 hex digits
  raw                 BLOB,               -- the body as received, a zlib stream: sqlar_uncompress(raw, raw_size)
  raw_size            INTEGER             -- bytes of that body
) STRICT;

CREATE INDEX analysis_by_lookup
  -- What is the newest answer to this lookup?
  ON analysis (lookup_id);
CREATE INDEX analysis_by_family
  -- Which files belong to this family?
  ON analysis (family) WHERE family IS NOT NULL;
CREATE INDEX analysis_by_sample
  -- What is the newest answer about this sample?
  ON analysis (sample_id);

CREATE TABLE unreadable (
  -- Answers that could not be read, kept for inspection; last_error of the lookup gives the reason.
  lookup_id INTEGER PRIMARY KEY REFERENCES lookup (id), -- the lookup it answers
  at        INTEGER NOT NULL,             -- when the answer arrived
  raw       BLOB NOT NULL,                -- as in analysis
  raw_size  INTEGER NOT NULL              -- as in analysis
) STRICT;

CREATE TABLE request (
  -- The ledger: one row per report request, written before it is sent; what is booked is spent. Rows are
  -- kept for 100 days, the counters in table quota for ever.
  id          INTEGER PRIMARY KEY,        -- in the order of booking
  provider    TEXT NOT NULL,              -- who was asked
  account     TEXT NOT NULL,              -- the name of the key in the configuration, never the key
  purpose     TEXT NOT NULL,              -- what was asked: file
  at          INTEGER NOT NULL,           -- when it was booked
  expires_at  INTEGER NOT NULL,           -- without an answer, it counts as answered at this time
  answered_at INTEGER,                    -- NULL: not yet
  status      INTEGER                     -- HTTP status; 0: no answer
) STRICT;

CREATE INDEX request_answered
  -- Which requests still occupy a slot of the minute?
  ON request (provider, account, answered_at, at);

CREATE TABLE quota (
  -- The ledger's counters: requests per UTC day ('2026-11-24') and month ('2026-11').
  provider TEXT NOT NULL,                 -- as in request
  account  TEXT NOT NULL,                 -- as in request
  period   TEXT NOT NULL,                 -- the day or the month
  used     INTEGER NOT NULL,              -- requests booked or answered in it
  again    INTEGER NOT NULL DEFAULT 0,    -- requests booked in it for files asked before
  allowed  INTEGER NOT NULL,              -- the limit at the last booking
  PRIMARY KEY (provider, account, period)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what is published

CREATE TABLE post (
  -- The publisher's queue: one row per post. key, slug and the marker id="potpress-KEY" (of a
  -- digest "potpress-digest-KEY") never change.
  id           INTEGER PRIMARY KEY,       -- as shown by view held
  kind         TEXT NOT NULL DEFAULT 'sample', -- sample: about one file; digest: about a day, week or month
  key          TEXT NOT NULL,             -- the best hash known when the row was made; of a digest its period:
                                          -- day-2026-11-21, week-2026-W47, month-2026-11
  sample_id    INTEGER REFERENCES sample (id), -- that file
  from_at      INTEGER,                   -- a digest's first second ...
  to_at        INTEGER,                   -- ... and the first one after it; they never change
  reason       TEXT,                      -- why the file has its own post: unknown, first, family, hardly,
                                          -- wide: addresses, honeypots, sensors (those that hold), grave; any
                                          -- other text: yours. NULL: not judged, or all have one
  wanted       TEXT NOT NULL DEFAULT 'publish' -- withdraw: turn the post into a draft
               CHECK (wanted = 'publish' OR wanted = 'withdraw'),
  replaced_by  INTEGER REFERENCES post (id), -- the post about the same file that remains
  site         TEXT,                      -- the site that gave wp_id
  slug         TEXT NOT NULL,             -- malware-KEY, digest-KEY: part of its address on the site
  title        TEXT,                      -- as last confirmed
  sent_title   TEXT,                      -- as last sent
  wp_id        INTEGER,                   -- the id of the post on `site`
  link         TEXT,                      -- its address, as the site answered; NULL while it is not public there
  content_hash TEXT,                      -- SHA-256 of the raw content as the site last confirmed it
  sent_at      INTEGER,                   -- recorded just before the last write
  sent_hash    TEXT,                      -- SHA-256 of the content of that write
  write_open   INTEGER NOT NULL DEFAULT 0 -- 1: that write has no answer yet and is looked up
               CHECK (write_open IN (0, 1)),
  overwrite    INTEGER NOT NULL DEFAULT 0 -- 1: requested by hand: written whatever is on the site
               CHECK (overwrite IN (0, 1)),
  done_by_hand INTEGER NOT NULL DEFAULT 0 -- 1: you set it to done before it was published; it stays so until you
               CHECK (done_by_hand IN (0, 1)), -- change it
  sent_seal    TEXT,                      -- the seal of that write; on the site it identifies our content
  sent_rest    TEXT,                      -- SHA-256 of that write without its related posts: if only they differ,
                                          -- the post is not written; NULL: it is
  sent_new     INTEGER NOT NULL DEFAULT 0, -- 1: that write creates the post
  lost_at      INTEGER,                   -- when a write was sent that was not found on the site a minute later; the
                                          -- site may still store it, so the post is checked for a day
  lost_new     INTEGER NOT NULL DEFAULT 0, -- 1: that write may create a second post, which is then removed
  lost_seal    TEXT,                      -- its seal
  excerpt_hash TEXT,                      -- SHA-256 of what the site made of our excerpt; NULL: it kept it
  moderated    TEXT,                      -- the status the site gave the post instead of the requested one
  published_at INTEGER,                   -- first confirmation
  revised_at   INTEGER,                   -- last confirmation
  state        TEXT NOT NULL DEFAULT 'pending' -- this and the following: as in lookup
               CHECK (state = 'pending' OR state = 'leased' OR state = 'done' OR state = 'held' OR state = 'skipped'),
  rank         INTEGER NOT NULL DEFAULT 1 CHECK (rank BETWEEN 0 AND 3), -- 0 first
  due_at       INTEGER NOT NULL DEFAULT 0, -- not before this time; in a done row: when to update its numbers, 0 never
  attempts     INTEGER NOT NULL DEFAULT 0, -- failures charged to this row; held after 10
  expired      INTEGER NOT NULL DEFAULT 0, -- expired leases; held after 20
  token        INTEGER NOT NULL DEFAULT 0, -- incremented at every change of state
  owner        TEXT,                      -- the process that holds the lease
  lease_until  INTEGER,                   -- afterwards another process may claim it
  tried_at     INTEGER,                   -- last attempt that failed
  tried_after  INTEGER NOT NULL DEFAULT 0, -- number of good answers of the site by then
  doubted      INTEGER NOT NULL DEFAULT 0, -- attempts charged because others succeeded since
  settled_at   INTEGER,                   -- when a program last finished it
  last_error   TEXT,                      -- what happened, when, how often
  UNIQUE (key, kind),
  CHECK (state <> 'leased' OR (owner IS NOT NULL AND lease_until IS NOT NULL))
) STRICT;

CREATE INDEX post_pending
  -- What is due next?
  ON post (rank, due_at) WHERE state = 'pending';
CREATE INDEX post_unsent
  -- Which files may get their own post?
  ON post (due_at, id) WHERE state = 'pending' AND kind = 'sample' AND sent_at IS NULL;
CREATE INDEX post_by_time
  -- How many were published today?
  ON post (published_at) WHERE published_at IS NOT NULL;
CREATE INDEX post_leased
  -- Which leases have expired?
  ON post (lease_until) WHERE state = 'leased';
CREATE INDEX post_wakes
  -- Which posts are due to be updated?
  ON post (due_at) WHERE state = 'done' AND due_at > 0;
CREATE INDEX post_open
  -- Which writes have no answer yet?
  ON post (sent_at) WHERE write_open = 1;
CREATE INDEX post_unsealed
  -- Which posts are in the markup of version 1?
  ON post (wp_id) WHERE state = 'done' AND wanted = 'publish' AND sent_seal IS NULL;
CREATE INDEX post_held
  -- What needs attention?
  ON post (settled_at) WHERE state = 'held';
CREATE INDEX post_by_sample
  -- Which posts belong to this sample?
  ON post (sample_id);
CREATE INDEX post_by_replacement
  -- Which posts were replaced by this one?
  ON post (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE media (
  -- The pictures of posts on the site: a row per picture and its numbers, made before it is uploaded.
  id         INTEGER PRIMARY KEY,         -- in the order of the first uploads
  post_id    INTEGER NOT NULL REFERENCES post (id), -- the post that shows it
  role       TEXT NOT NULL,               -- which of the post's pictures: bars, map
  sha256     TEXT NOT NULL,               -- of its bytes; the same numbers give the same bytes
  slug       TEXT NOT NULL,               -- potpress-SLUG-ROLE-DIGITS: the post's slug, 12 digits of sha256
  site       TEXT,                        -- the site that gave wp_id
  wp_id      INTEGER,                     -- its id on `site`; NULL: not uploaded
  url        TEXT,                        -- its address there
  sent_at    INTEGER NOT NULL,            -- recorded just before the last upload
  write_open INTEGER NOT NULL DEFAULT 1   -- 1: that upload has no answer yet and is looked up
             CHECK (write_open IN (0, 1)),
  tries      INTEGER NOT NULL DEFAULT 0,  -- uploads without an answer in a row; after 3 the post does without
  lost_at    INTEGER,                     -- when an upload was sent that may still be stored; checked for a day
  why        TEXT,                        -- why the site refused it; NULL: it did not
  UNIQUE (post_id, role, sha256)
) STRICT;

CREATE TABLE shown (
  -- What a post shows as last sent to the site: how others are found to be related to it. Written by
  -- the publisher with each revision; a digest shows titles alone.
  post_id INTEGER NOT NULL REFERENCES post (id), -- the post
  kind    TEXT NOT NULL                   -- what value is: the family of its file in lower case, a host its file
          CHECK (kind IN ('family', 'host', 'tlsh', 'title')), -- came from, analysis.tlsh, or the title of
                                          -- another post, which is searched for identities learned later
  value   TEXT NOT NULL,                  -- of a family or host: as others wrote it, but nothing private
  PRIMARY KEY (post_id, kind, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX shown_by_family
  -- Which are the newest posts about this family?
  ON shown (value, post_id) WHERE kind = 'family';
CREATE INDEX shown_by_host
  -- Which are the newest posts about files from this host?
  ON shown (value, post_id) WHERE kind = 'host';
CREATE INDEX shown_by_tlsh
  -- Which digests do the newest posts show?
  ON shown (post_id) WHERE kind = 'tlsh';

CREATE TABLE message (
  -- The queue of alerts: one row per event and target ([alert NAME]). Events that wait together are sent as one
  -- message: one row is sent, the others are skipped and name it in part_of. Rows are kept for 90 days.
  id          INTEGER PRIMARY KEY,        -- in the order of the events
  kind        TEXT NOT NULL,              -- the rule: unknown, first, family, changed, digest, held, paused, quota,
                                          -- quiet, clock, disk, backup
  key         TEXT NOT NULL,              -- the event: the rule, what it is about, for some rules the day
  target      TEXT NOT NULL,              -- NAME of the section
  at          INTEGER NOT NULL,           -- when it happened
  body        TEXT NOT NULL,              -- the sentence that is sent; contains hostile text, defanged
  link        TEXT,                       -- our own post about it
  sealed_at   INTEGER,                    -- when it became one message with the rows that name it; then it stays so
  part_of     INTEGER REFERENCES message (id), -- the row with which it was sent
  sent_at     INTEGER,                    -- recorded just before the last attempt
  lost        INTEGER NOT NULL DEFAULT 0, -- attempts without an answer: it may have been delivered
  state       TEXT NOT NULL DEFAULT 'pending' -- this and the following: as in lookup
              CHECK (state = 'pending' OR state = 'leased' OR state = 'done' OR state = 'held' OR state = 'skipped'),
  rank        INTEGER NOT NULL DEFAULT 1 CHECK (rank BETWEEN 0 AND 3), -- 0 first
  due_at      INTEGER NOT NULL DEFAULT 0, -- not before this time
  attempts    INTEGER NOT NULL DEFAULT 0, -- failures charged to this row; held after 10
  expired     INTEGER NOT NULL DEFAULT 0, -- expired leases; held after 20
  token       INTEGER NOT NULL DEFAULT 0, -- incremented at every change of state
  owner       TEXT,                       -- the process that holds the lease
  lease_until INTEGER,                    -- afterwards it may be claimed again
  tried_at    INTEGER,                    -- last attempt that failed
  tried_after INTEGER NOT NULL DEFAULT 0, -- number of good answers of the target by then
  doubted     INTEGER NOT NULL DEFAULT 0, -- attempts charged because others succeeded since
  settled_at  INTEGER,                    -- when a program last finished it
  last_error  TEXT,                       -- what happened, when, how often
  UNIQUE (target, key),
  CHECK (state <> 'leased' OR (owner IS NOT NULL AND lease_until IS NOT NULL))
) STRICT;

CREATE INDEX message_pending
  -- What is sent next to this target?
  ON message (target, rank, due_at) WHERE state = 'pending';
CREATE INDEX message_waits
  -- What waits for this target: a message that was begun, else events?
  ON message (target, sealed_at) WHERE state = 'pending';
CREATE INDEX message_leased
  -- Which leases have expired?
  ON message (lease_until) WHERE state = 'leased';
CREATE INDEX message_wakes
  -- None: a message that was sent is never due again.
  ON message (due_at) WHERE state = 'done' AND due_at > 0;
CREATE INDEX message_held
  -- What needs attention?
  ON message (settled_at) WHERE state = 'held';
CREATE INDEX message_parts
  -- What is sent together with this row?
  ON message (part_of) WHERE part_of IS NOT NULL;

CREATE TABLE alert_target (
  -- The targets of alerts, as the publisher found them in the configuration.
  name        TEXT PRIMARY KEY,           -- NAME of the section
  since       INTEGER NOT NULL,           -- events before this time are not sent
  analysis_id INTEGER NOT NULL,           -- answers up to this one were examined
  sent_at     INTEGER NOT NULL DEFAULT 0, -- last attempt; the next message is sent ten minutes later at the earliest
  settings    TEXT NOT NULL DEFAULT '',   -- its settings in short, without secrets: a change ends stopped_at
  stopped_at  INTEGER,                    -- when it refused permanently; nothing is sent to it until you requeue one of
                                          -- its messages or change its section
  why         TEXT                        -- what it answered
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- the state of the programs

CREATE TABLE stage (
  -- One row per running process.
  owner      TEXT PRIMARY KEY,            -- "enricher HOST PID UUID"
  name       TEXT NOT NULL,               -- collector, enricher, publisher
  started_at INTEGER NOT NULL,            -- when it started
  alive_at   INTEGER NOT NULL,            -- last sign of life, at most two minutes old while it runs
  trouble    TEXT,                        -- why it cannot work; NULL: it can
  what       TEXT NOT NULL                -- what it is doing
) STRICT, WITHOUT ROWID;

CREATE TABLE said (
  -- Warnings limited to one a day, and when last logged; not repeated after a restart.
  topic TEXT PRIMARY KEY,                 -- profiles: those that match nothing although their honeypots log events
                                          -- fields: indices with a field that no search finds
                                          -- indices: those that cannot be read
                                          -- clocks: sensors whose clock is wrong
                                          -- types: honeypots whose attacks are not known by their type
                                          -- overload: more files wait than the quota allows
  at    INTEGER NOT NULL                  -- when
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
  -- Services that are not asked for a while, and the reason.
  service TEXT NOT NULL,                  -- elasticsearch, virustotal, malwarebazaar, wordpress, alert
  account TEXT NOT NULL,                  -- the name of the key or user; of alert the target
  kind    TEXT NOT NULL CHECK (kind IN ('down', 'quota', 'credentials')), -- reason
  since   INTEGER NOT NULL,               -- since when
  until   INTEGER NOT NULL,               -- then one process makes one attempt
  why     TEXT NOT NULL,                  -- explanation
  stage   TEXT NOT NULL DEFAULT '',       -- who uses the service: collector, enricher, publisher
  by_row  INTEGER NOT NULL DEFAULT 0,     -- 1: a request for a row failed; only a successful one ends it
  PRIMARY KEY (service, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
  -- The latest answers of each service.
  service TEXT NOT NULL,                  -- as in pause
  account TEXT NOT NULL,                  -- as in pause
  ok_at   INTEGER,                        -- last good answer
  strikes INTEGER NOT NULL DEFAULT 0,     -- consecutive outages
  answers INTEGER NOT NULL DEFAULT 0,     -- number of good answers to rows
  doubts  INTEGER NOT NULL DEFAULT 0,     -- consecutive answers that were not the service's own, since the last pause
  PRIMARY KEY (service, account)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what happens automatically

-- A known hash is ignored, in upper or lower case.
CREATE TRIGGER sample_known BEFORE INSERT ON sample
WHEN EXISTS (SELECT 1 FROM sample WHERE sha256 = NEW.sha256)
  OR (NEW.sha256 IS NULL AND EXISTS (SELECT 1 FROM sample WHERE sha1 = NEW.sha1))
  OR (NEW.sha256 IS NULL AND NEW.sha1 IS NULL AND EXISTS (SELECT 1 FROM sample WHERE md5 = NEW.md5))
BEGIN
  SELECT RAISE(IGNORE);
END;

-- Hashes are stored in lower case, and a new sample that is not noise is looked up.
CREATE TRIGGER sample_new AFTER INSERT ON sample
BEGIN
  UPDATE sample SET sha256 = lower(sha256), sha1 = lower(sha1), md5 = lower(md5)
   WHERE id = NEW.id;
  INSERT INTO lookup (provider, kind, value, sample_id, rank)
  SELECT name, kind, lower(coalesce(NEW.sha256, NEW.sha1, NEW.md5)), NEW.id,
         CASE WHEN NEW.first_seen IS NULL THEN 0 ELSE 1 END -- added by hand: first
    FROM provider
   WHERE kind = 'file' AND detected = 0
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash = NEW.sha256)
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash = NEW.sha1)
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash = NEW.md5)
      ON CONFLICT DO UPDATE SET sample_id = excluded.sample_id;
END;

-- Noise is not looked up, by whichever of its hashes the file is known. The hash of a file that contains
-- nothing but an identity would reveal it: a post about it becomes a draft.
CREATE TRIGGER noise_new AFTER INSERT ON noise
BEGIN
  UPDATE lookup
     SET state = 'skipped', token = token + 1, due_at = 0, owner = NULL, lease_until = NULL,
         last_error = 'by rule: ' || NEW.reason
   WHERE kind = 'file'
     AND (value = lower(NEW.hash)
          OR sample_id IN (SELECT id FROM sample WHERE sha256 = NEW.hash
                           UNION SELECT id FROM sample WHERE sha1 = NEW.hash
                           UNION SELECT id FROM sample WHERE md5 = NEW.hash));
  UPDATE post
     SET wanted = 'withdraw', state = 'pending', token = token + 1, due_at = 0, owner = NULL,
         lease_until = NULL
   WHERE key = lower(NEW.hash) AND kind = 'sample' AND wanted = 'publish' AND state <> 'skipped'
     AND NEW.reason = 'nothing but an address or name of ours';
END;

-- A hash that is removed from noise is looked up like any other.
CREATE TRIGGER noise_gone AFTER DELETE ON noise
BEGIN
  INSERT INTO lookup (provider, kind, value, sample_id)
  SELECT p.name, p.kind, coalesce(s.sha256, s.sha1, s.md5), s.id
    FROM sample s JOIN provider p ON p.kind = 'file'
   WHERE s.id IN (SELECT id FROM sample WHERE sha256 = OLD.hash
                  UNION SELECT id FROM sample WHERE sha1 = OLD.hash
                  UNION SELECT id FROM sample WHERE md5 = OLD.hash)
     AND (p.detected = 0 OR EXISTS (SELECT 1 FROM lookup l WHERE l.sample_id = s.id AND l.provider = p.name))
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash IN (s.sha256, s.sha1, s.md5))
      ON CONFLICT DO UPDATE SET state = 'pending', token = lookup.token + 1, last_error = NULL
       WHERE lookup.state = 'skipped' AND lookup.last_error = 'by rule: ' || OLD.reason;
END;

-- Totals.
CREATE TRIGGER sample_total AFTER INSERT ON sample
BEGIN
  INSERT INTO total (name, label, n) VALUES ('samples', '', 1)
      ON CONFLICT (name, label) DO UPDATE SET n = total.n + 1;
END;

CREATE TRIGGER sighting_total AFTER INSERT ON sighting
BEGIN
  INSERT INTO total (name, label, n) VALUES ('captures', NEW.honeypot, 1)
      ON CONFLICT (name, label) DO UPDATE SET n = total.n + 1;
END;

CREATE TRIGGER analysis_total AFTER INSERT ON analysis
WHEN EXISTS (SELECT 1 FROM lookup l JOIN provider p ON p.name = l.provider AND p.kind = l.kind
              WHERE l.id = NEW.lookup_id AND p.verdict = 1)
BEGIN
  INSERT INTO total (name, label, n) VALUES ('answers', NEW.outcome, 1)
      ON CONFLICT (name, label) DO UPDATE SET n = total.n + 1;
END;

CREATE TRIGGER post_total AFTER UPDATE OF published_at, revised_at ON post
WHEN NEW.published_at IS NOT OLD.published_at OR NEW.revised_at IS NOT OLD.revised_at
BEGIN
  INSERT INTO total (name, label, n)
  VALUES (CASE WHEN OLD.published_at IS NULL THEN 'published' ELSE 'revised' END, '', 1)
      ON CONFLICT (name, label) DO UPDATE SET n = total.n + 1;
END;

CREATE TRIGGER message_total AFTER UPDATE OF state ON message
WHEN NEW.state = 'done' AND OLD.state <> 'done'
BEGIN
  INSERT INTO total (name, label, n) VALUES ('messages', NEW.target, 1)
      ON CONFLICT (name, label) DO UPDATE SET n = total.n + 1;
END;

-- A capture is counted, the published post is updated a day after its last revision, a lookup that is to
-- be repeated more than a day later is repeated a day earlier, once, and one that was shed waits again.
CREATE TRIGGER sighting_new AFTER INSERT ON sighting
BEGIN
  UPDATE sample
     SET captures = captures + 1,
         first_seen = min(coalesce(first_seen, NEW.seen_at), NEW.seen_at),
         last_seen = max(coalesce(last_seen, NEW.seen_at), NEW.seen_at)
   WHERE id = NEW.sample_id;
  UPDATE post
     SET due_at = min(coalesce(nullif(due_at, 0), NEW.collected_at + 86400), -- an earlier look stays
                      coalesce(revised_at, published_at) + 86400,
                      NEW.collected_at + 86400) -- the clock was ahead at the last revision
   WHERE sample_id = NEW.sample_id AND state = 'done' AND wanted = 'publish'
     AND coalesce(revised_at, published_at) IS NOT NULL;
  UPDATE lookup
     SET due_at = due_at - 86400, nearer = 1
   WHERE sample_id = NEW.sample_id AND state = 'done' AND nearer = 0
     AND due_at > NEW.collected_at + 86400 AND settled_at < NEW.collected_at;
  UPDATE lookup
     SET since = NEW.collected_at
   WHERE sample_id = NEW.sample_id AND since IS NULL AND outcome IS NULL AND rank > 0
     AND state IN ('pending', 'leased');
  UPDATE lookup
     SET state = 'pending', token = token + 1, rank = 1, due_at = 0, since = NEW.collected_at,
         shed_at = NULL, last_error = NULL
   WHERE sample_id = NEW.sample_id AND state = 'skipped' AND shed_at IS NOT NULL;
  UPDATE post -- a file without its own post is judged again, at most once an hour
     SET state = 'pending', token = token + 1, due_at = NEW.collected_at + 3600
   WHERE sample_id = NEW.sample_id AND state = 'skipped'
     AND substr(last_error, 1, 21) = 'by rule: sample_posts';
END;

-- A sensor or a source address that is new to the file makes it weigh more. A claimed address does not.
CREATE TRIGGER sighting_weighs AFTER INSERT ON sighting
WHEN CASE NEW.src_claimed
     WHEN 1 THEN NOT EXISTS (SELECT 1 FROM sighting o
                              WHERE o.sample_id = NEW.sample_id AND o.sensor IS NEW.sensor
                                AND o.id <> NEW.id)
     ELSE NOT EXISTS (SELECT 1 FROM sighting o
                       WHERE o.sample_id = NEW.sample_id AND o.sensor IS NEW.sensor
                         AND o.src_ip IS NEW.src_ip AND o.id <> NEW.id)
     END
BEGIN
  UPDATE lookup SET weight = weight + 1 WHERE sample_id = NEW.sample_id;
END;

-- What is learned about a session later is added to the published posts of its files, at most daily.
CREATE TRIGGER session_told AFTER UPDATE OF told_at ON session
WHEN NEW.user_name IS NOT OLD.user_name OR NEW.tries IS NOT OLD.tries OR NEW.typed IS NOT OLD.typed
  OR NEW.request IS NOT OLD.request
BEGIN
  UPDATE post
     SET due_at = min(coalesce(nullif(due_at, 0), NEW.told_at + 86400),
                      coalesce(revised_at, published_at) + 86400,
                      NEW.told_at + 86400)
   WHERE sample_id IN (SELECT sample_id FROM sighting
                        WHERE session = NEW.session AND honeypot = NEW.honeypot AND source = NEW.source)
     AND state = 'done' AND wanted = 'publish' AND coalesce(revised_at, published_at) IS NOT NULL;
END;

-- When many files of one session or URL become a flood, posts about the first of them stop naming its
-- URLs, whose hosts may be innocent.
CREATE TRIGGER flood_begins AFTER UPDATE OF skipped ON flood_count
WHEN OLD.skipped = 0 AND NEW.skipped > 0
BEGIN
  UPDATE post
     SET state = 'pending', token = token + 1, due_at = 0
   WHERE kind = 'sample' AND state = 'done' AND done_by_hand = 0 AND wanted = 'publish'
     AND sample_id IN (
           SELECT sample_id FROM sighting
            WHERE NEW.kind = 'session' AND session = NEW.value AND honeypot = NEW.honeypot
              AND seen_at >= NEW.first_at - 86400
            UNION ALL
           SELECT sample_id FROM sighting
            WHERE NEW.kind = 'session' AND session IS NULL AND honeypot = NEW.honeypot
              AND src_ip = NEW.value AND src_cut IS NULL AND seen_at >= NEW.first_at - 86400
            UNION ALL
           SELECT sample_id FROM sighting
            WHERE NEW.kind = 'url' AND url IS NOT NULL
              AND substr(url, 1, instr(replace(url, '#', '?') || '?', '?') - 1) = NEW.value
              AND seen_at >= NEW.first_at - 86400);
END;

-- A different answer of a provider that decides the verdict creates the post or makes it pending. Held and
-- skipped posts stay so, and those that you set to done before they were published.
CREATE TRIGGER analysis_new AFTER INSERT ON analysis
WHEN NEW.sample_id IS NOT NULL
 AND EXISTS (SELECT 1 FROM lookup l JOIN provider p ON p.name = l.provider AND p.kind = l.kind
              WHERE l.id = NEW.lookup_id AND p.verdict = 1)
BEGIN
  UPDATE post
     SET state = 'pending', token = token + 1, due_at = 0, rank = 1,
         owner = NULL, lease_until = NULL
   WHERE sample_id = NEW.sample_id AND kind = 'sample' AND replaced_by IS NULL
     AND (state IN ('pending', 'leased') OR (state = 'done' AND done_by_hand = 0)
          OR (state = 'skipped' AND substr(last_error, 1, 21) = 'by rule: sample_posts'));
  INSERT INTO post (kind, key, sample_id, slug)
  SELECT 'sample', coalesce(sha256, sha1, md5), id, 'malware-' || coalesce(sha256, sha1, md5)
    FROM sample
   WHERE id = NEW.sample_id
     AND NOT EXISTS (SELECT 1 FROM post WHERE sample_id = NEW.sample_id AND kind = 'sample')
     AND NOT EXISTS (SELECT 1 FROM noise
                      WHERE hash = sample.sha256 AND reason = 'nothing but an address or name of ours')
     AND NOT EXISTS (SELECT 1 FROM noise
                      WHERE hash = sample.sha1 AND reason = 'nothing but an address or name of ours')
     AND NOT EXISTS (SELECT 1 FROM noise
                      WHERE hash = sample.md5 AND reason = 'nothing but an address or name of ours')
      ON CONFLICT DO NOTHING;
END;

-- A file whose verdict is malicious or suspicious is looked up at the providers that are asked about such files
-- only. Too late for the quota, it is shed like a new file.
CREATE TRIGGER analysis_detected AFTER INSERT ON analysis
WHEN NEW.verdict IN ('malicious', 'suspicious') AND NEW.sample_id IS NOT NULL
 AND EXISTS (SELECT 1 FROM provider WHERE kind = 'file' AND detected = 1)
 AND EXISTS (SELECT 1 FROM lookup l JOIN provider p ON p.name = l.provider AND p.kind = l.kind
              WHERE l.id = NEW.lookup_id AND p.verdict = 1)
BEGIN
  INSERT INTO lookup (provider, kind, value, sample_id, since)
  SELECT p.name, p.kind, s.sha256, s.id, NEW.fetched_at
    FROM provider p JOIN sample s ON s.id = NEW.sample_id
   WHERE p.kind = 'file' AND p.detected = 1 AND s.sha256 IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash IN (s.sha256, s.sha1, s.md5))
      ON CONFLICT DO NOTHING;
END;

-- So is one whose stored answer --reparse finds to detect it. It waits as if requested by hand, since the answer may
-- be old.
CREATE TRIGGER analysis_detected_later AFTER UPDATE OF verdict ON analysis
WHEN NEW.verdict IN ('malicious', 'suspicious') AND OLD.verdict NOT IN ('malicious', 'suspicious')
 AND NEW.id = (SELECT analysis_id FROM verdict WHERE sample_id = NEW.sample_id)
BEGIN
  INSERT INTO lookup (provider, kind, value, sample_id)
  SELECT p.name, p.kind, s.sha256, s.id
    FROM provider p JOIN sample s ON s.id = NEW.sample_id
   WHERE p.kind = 'file' AND p.detected = 1 AND s.sha256 IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM noise WHERE hash IN (s.sha256, s.sha1, s.md5))
      ON CONFLICT DO NOTHING;
END;

-- What another provider knows about a file is added to its published post.
CREATE TRIGGER analysis_added AFTER INSERT ON analysis
WHEN NEW.outcome = 'found' AND NEW.sample_id IS NOT NULL
 AND EXISTS (SELECT 1 FROM lookup l JOIN provider p ON p.name = l.provider AND p.kind = l.kind
              WHERE l.id = NEW.lookup_id AND p.verdict = 0)
BEGIN
  UPDATE post
     SET state = 'pending', token = token + 1, due_at = 0, rank = 1, owner = NULL, lease_until = NULL
   WHERE sample_id = NEW.sample_id AND kind = 'sample' AND replaced_by IS NULL AND wanted = 'publish'
     AND (state = 'leased' OR (state = 'done' AND done_by_hand = 0));
END;

-- Manual changes: an UPDATE that sets state and leaves token alone.
CREATE TRIGGER lookup_word BEFORE UPDATE OF state ON lookup
WHEN NEW.token = OLD.token AND NEW.state NOT IN ('pending', 'done', 'held', 'skipped')
BEGIN
  SELECT RAISE(ABORT, 'state must be pending, done, held or skipped; leased belongs to the programs');
END;

CREATE TRIGGER lookup_by_hand AFTER UPDATE OF state ON lookup WHEN NEW.token = OLD.token
BEGIN
  UPDATE lookup
     SET token = token + 1, due_at = 0, attempts = 0, expired = 0, doubted = 0,
         rank = CASE WHEN NEW.rank <> OLD.rank THEN NEW.rank WHEN NEW.state = 'pending' THEN 0 ELSE 1 END,
         owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL, since = NULL, shed_at = NULL,
         flood_id = NULL
   WHERE id = NEW.id;
  UPDATE lookup
     SET state = 'skipped', token = token + 1, -- also not where all rows were requeued
         last_error = (SELECT 'by rule: ' || reason FROM noise
                        WHERE hash IN (NEW.value, (SELECT sha1 FROM sample WHERE id = NEW.sample_id),
                                       (SELECT md5 FROM sample WHERE id = NEW.sample_id)) LIMIT 1)
   WHERE id = NEW.id AND kind = 'file' AND NEW.state = 'pending'
     AND EXISTS (SELECT 1 FROM noise
                  WHERE hash IN (NEW.value, (SELECT sha1 FROM sample WHERE id = NEW.sample_id),
                                 (SELECT md5 FROM sample WHERE id = NEW.sample_id)));
  UPDATE lookup -- nobody would claim it
     SET state = 'skipped', token = token + 1, last_error = 'by rule: ' || provider || ' is not configured'
   WHERE id = NEW.id AND state = 'pending' AND provider NOT IN (SELECT name FROM provider);
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
         overwrite = (NEW.state = 'pending'), owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL,
         done_by_hand = (NEW.state = 'done' AND NEW.published_at IS NULL AND NEW.write_open = 0)
   WHERE id = NEW.id;
END;

-- Changing only `wanted` makes the post pending. If state is set too, that value wins, whichever trigger
-- fires first.
CREATE TRIGGER post_wanted_by_hand AFTER UPDATE OF wanted ON post
WHEN NEW.token = OLD.token AND NEW.wanted <> OLD.wanted AND NEW.state = OLD.state
BEGIN
  UPDATE post
     SET state = 'pending', token = token + 1, due_at = 0, attempts = 0, expired = 0, doubted = 0,
         rank = CASE WHEN NEW.rank = OLD.rank THEN 1 ELSE NEW.rank END, content_hash = NULL,
         overwrite = 1, owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL, done_by_hand = 0
   WHERE id = NEW.id AND token = NEW.token;
END;

CREATE TRIGGER message_word BEFORE UPDATE OF state ON message
WHEN NEW.token = OLD.token AND NEW.state NOT IN ('pending', 'done', 'held', 'skipped')
BEGIN
  SELECT RAISE(ABORT, 'state must be pending, done, held or skipped; leased belongs to the programs');
END;

-- A requeued message is sent with those that wait, even to a target that had refused permanently.
CREATE TRIGGER message_by_hand AFTER UPDATE OF state ON message WHEN NEW.token = OLD.token
BEGIN
  UPDATE message
     SET token = token + 1, due_at = 0, attempts = 0, expired = 0, doubted = 0, lost = 0, sealed_at = NULL,
         part_of = NULL, rank = CASE WHEN NEW.rank = OLD.rank THEN 1 ELSE NEW.rank END,
         owner = NULL, lease_until = NULL, tried_at = NULL, last_error = NULL
   WHERE id = NEW.id;
  UPDATE alert_target
     SET stopped_at = NULL, why = NULL
   WHERE name = NEW.target AND NEW.state = 'pending' AND stopped_at IS NOT NULL;
END;

CREATE TRIGGER message_gone AFTER DELETE ON message
BEGIN
  UPDATE message SET part_of = NULL WHERE part_of = OLD.id;
END;

-- The hash of a file that contains nothing but an identity is never published, not even by hand.
CREATE TRIGGER post_own AFTER UPDATE OF state, wanted ON post
WHEN NEW.kind = 'sample' AND NEW.state = 'pending' AND NEW.wanted = 'publish'
 AND NEW.key IN (SELECT hash FROM noise WHERE reason = 'nothing but an address or name of ours')
BEGIN
  UPDATE post SET wanted = 'withdraw', token = token + 1 WHERE id = NEW.id;
END;

-- Deleting a row deletes what belongs to it.
CREATE TRIGGER sample_gone AFTER DELETE ON sample
BEGIN
  DELETE FROM post WHERE sample_id = OLD.id;
  DELETE FROM analysis WHERE sample_id = OLD.id;
  DELETE FROM lookup WHERE sample_id = OLD.id;
  DELETE FROM sighting WHERE sample_id = OLD.id;
  DELETE FROM kept WHERE sample_id = OLD.id;
END;

-- Captures that are in kept stay counted.
CREATE TRIGGER sighting_gone AFTER DELETE ON sighting
WHEN OLD.seen_at >= coalesce((SELECT before_at FROM retention WHERE what = 'captures'), 0)
BEGIN
  UPDATE sample
     SET captures = captures - 1,
         first_seen = (SELECT min(seen_at) FROM sighting WHERE sample_id = OLD.sample_id),
         last_seen = (SELECT max(seen_at) FROM sighting WHERE sample_id = OLD.sample_id)
   WHERE id = OLD.sample_id;
END;

CREATE TRIGGER day_gone AFTER DELETE ON day
BEGIN
  DELETE FROM day_count WHERE day_id = OLD.id;
END;

CREATE TRIGGER lookup_gone AFTER DELETE ON lookup
BEGIN
  DELETE FROM analysis WHERE lookup_id = OLD.id;
  DELETE FROM unreadable WHERE lookup_id = OLD.id;
END;

CREATE TRIGGER post_gone AFTER DELETE ON post
BEGIN
  UPDATE post SET replaced_by = NULL WHERE replaced_by = OLD.id;
  DELETE FROM media WHERE post_id = OLD.id;
  DELETE FROM shown WHERE post_id = OLD.id;
END;

-- ---------------------------------------------------------------- views for people

-- All captures of a file, whether their sightings still exist or only numbers of them. Of a source that is
-- only the client's own claim, nothing is shown.
CREATE VIEW capture (sample_id, seen_at, collected_at, honeypot, action, src_ip, src_country, protocol, url,
                     file_name, captures, sources) AS
SELECT sample_id, seen_at, collected_at, honeypot, action,
       CASE WHEN src_claimed = 0 AND src_cut IS NULL THEN src_ip END,
       CASE WHEN src_claimed = 0 THEN src_country END,
       protocol, url, file_name, 1,
       CASE WHEN src_claimed = 0 THEN coalesce(src_cut, 0) ELSE 0 END
  FROM sighting
 UNION ALL
SELECT sample_id, seen_at, collected_at, honeypot, action, NULL, nullif(src_country, ''), nullif(protocol, ''),
       nullif(url, ''), nullif(file_name, ''), captures, sources
  FROM kept;

-- How many new files and files asked before wait for a verdict, since when the first new one does, and how many
-- were not looked up.
CREATE VIEW unasked (waiting, longest, again, shed, flooded) AS
WITH owed (state, outcome, since, shed_at, flood_id) AS NOT MATERIALIZED (
  SELECT l.state, l.outcome, l.since, l.shed_at, l.flood_id
    FROM lookup l
   WHERE l.provider IN (SELECT name FROM provider WHERE verdict = 1)
)
SELECT (SELECT count(*) FROM owed WHERE state = 'pending' AND outcome IS NULL),
       (SELECT datetime(min(since), 'unixepoch')
          FROM owed WHERE state = 'pending' AND outcome IS NULL AND since IS NOT NULL),
       (SELECT count(*) FROM owed WHERE state = 'pending' AND outcome IS NOT NULL),
       (SELECT count(*) FROM owed WHERE state = 'skipped' AND shed_at IS NOT NULL),
       (SELECT count(*) FROM owed WHERE state = 'skipped' AND flood_id IS NOT NULL);

-- The state of each stage.
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
       (SELECT datetime(max(until), 'unixepoch') FROM pause WHERE stage = s.stage AND service <> 'alert'
           AND service NOT IN (SELECT name FROM provider WHERE verdict = 0)),
       (SELECT group_concat(t.why, '; ')
          FROM (SELECT CASE service WHEN 'alert' THEN 'alert ' || account || ': ' ELSE '' END || why AS why
                  FROM pause WHERE stage = s.stage
                 UNION ALL
                SELECT 'no alerts to ' || name || ' any more: ' || why
                  FROM alert_target WHERE s.stage = 'publisher' AND stopped_at IS NOT NULL
                 UNION ALL
                SELECT trouble FROM stage WHERE name = s.stage AND trouble IS NOT NULL
                 UNION ALL
                SELECT u.waiting || ' new files wait, ' || u.shed || ' were shed, ' || u.flooded ||
                       ' are part of floods'
                  FROM unasked u WHERE s.stage = 'enricher' AND u.shed + u.flooded > 0
                 UNION ALL
                SELECT CASE q.n WHEN 1 THEN '1 sensor or type of honeypot is'
                       ELSE q.n || ' sensors or types of honeypots are' END || ' silent: view quiet'
                  FROM (SELECT count(*) AS n FROM quiet) q WHERE s.stage = 'collector' AND q.n > 0
                 UNION ALL
                SELECT CASE k.n WHEN 1 THEN '1 sensor has' ELSE k.n || ' sensors have' END ||
                       ' a wrong clock: view clocks'
                  FROM (SELECT count(*) AS n FROM clocks) k WHERE s.stage = 'collector' AND k.n > 0) t)
  FROM stages s LEFT JOIN counts c ON c.stage = s.stage;

-- Sensors and types of honeypots without events since then, and their longest gap before in days.
CREATE VIEW quiet (source, kind, name, last_at, usual_gap, since) AS
SELECT source, kind, name, datetime(last_at, 'unixepoch'), (usual_gap + 43200) / 86400,
       datetime(said_at, 'unixepoch')
  FROM silence
 WHERE ended_at IS NULL
 ORDER BY last_at DESC, kind, name;

-- What a day says about the clock of a sensor: off is the seconds by which it is ahead, negative: behind, 0 if
-- it is right, NULL if that is not known. Ahead: documents came before their own time. Behind: all documents of
-- many hours came late, and by the same amount; documents that were only delivered late differ.
CREATE VIEW clock_day (source, date, sensor, off, documents) AS
SELECT source, date, sensor,
       CASE WHEN early >= 3 THEN -least
            WHEN early = 0 AND least <= usual THEN 0
            WHEN early = 0 AND documents >= 10 AND last_at - first_at >= 21600 AND most - least <= usual THEN -least
            END,
       documents
  FROM sensor_clock;

-- Sensors whose clock is wrong, and by how much, as the last day on which they brought enough documents shows
-- it; not those without documents in the week before the newest. If it is all of them by the same amount,
-- this machine's clock may be wrong.
CREATE VIEW clocks (source, sensor, off, date, documents) AS
SELECT c.source, c.sensor,
       ((abs(c.off) + 30) / 3600) || ' h ' || ((abs(c.off) + 30) / 60 % 60) || ' min ' ||
       CASE WHEN c.off > 0 THEN 'ahead' ELSE 'behind' END,
       c.date, c.documents
  FROM clock_day c
 WHERE c.off <> 0
   AND c.date >= (SELECT date(max(m.date), '-7 days') FROM sensor_clock m WHERE m.source = c.source)
   AND NOT EXISTS (SELECT 1 FROM clock_day n
                    WHERE n.source = c.source AND n.sensor = c.sensor AND n.date > c.date AND n.off IS NOT NULL)
 ORDER BY abs(c.off) DESC, c.source, c.sensor;

-- Many new files of one session or URL in a day: so many, of which so many were not looked up.
CREATE VIEW floods (id, date, source, honeypot, kind, value, files, skipped, first_at, last_at) AS
SELECT id, date, source, honeypot, kind, value, files, skipped,
       datetime(first_at, 'unixepoch'), datetime(last_at, 'unixepoch')
  FROM flood_count
 WHERE skipped > 0
 ORDER BY id DESC;

-- What needs attention, and why.
CREATE VIEW held (queue, id, what, since, why) AS
SELECT 'lookup', id, value, datetime(settled_at, 'unixepoch'), coalesce(last_error, 'held by hand')
  FROM lookup WHERE state = 'held'
UNION ALL
SELECT 'post', id, key, datetime(settled_at, 'unixepoch'), coalesce(last_error, 'held by hand')
  FROM post WHERE state = 'held'
UNION ALL
SELECT 'message', id, target || ': ' || key, datetime(settled_at, 'unixepoch'), coalesce(last_error, 'held by hand')
  FROM message WHERE state = 'held';

-- The current answer about each sample: the newest of a deciding provider that knew the file. gone_at:
-- when the provider, asked again, no longer knew it.
CREATE VIEW verdict (sample_id, analysis_id, gone_at) AS
WITH answers (id, sample_id, outcome, fetched_at) AS NOT MATERIALIZED ( -- only those of the given sample
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

-- The latest answers of deciding providers. The ratio is shown only if engines gave a verdict.
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

-- Requests to the providers in use, of the day of the latest request. (Shortly before midnight requests also count for the next day,
-- since the provider's clock may be ahead.)
CREATE VIEW quota_today (provider, account, day, used_day, per_day, month, used_month, per_month) AS
SELECT d.provider, d.account, d.period, d.used, d.allowed, m.period, m.used, m.allowed
  FROM quota d
  LEFT JOIN quota m ON m.provider = d.provider AND m.account = d.account AND m.period = substr(d.period, 1, 7)
 WHERE length(d.period) = 10
   AND d.provider IN (SELECT name FROM provider)
   AND d.period = coalesce(
         (SELECT strftime('%Y-%m-%d', r.at, 'unixepoch') FROM request r
           WHERE r.provider = d.provider AND r.account = d.account ORDER BY r.id DESC LIMIT 1),
         (SELECT max(n.period) FROM quota n
           WHERE n.provider = d.provider AND n.account = d.account AND length(n.period) = 10));
