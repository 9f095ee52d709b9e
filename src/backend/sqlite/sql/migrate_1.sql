-- Version 1 of the schema. Times are milliseconds since 1970. An id is the sequence number of the
-- change that made the object, so ids are unique among all objects and are never used again.

create table namespace (
  id integer primary key,                       -- 0 the root, 1 where deregistered tables stand
  parent integer references namespace (id),     -- null for 0 and 1
  name text not null,
  uid integer not null,
  gid integer not null,
  mode integer not null,                        -- permission bits
  created_ms integer not null,
  updated_ms integer not null,                  -- last change in it: a child came, went, was renamed
  changed_ms integer not null,                  -- last change of it: name, attributes, properties
  unique (parent, name)
) strict;

-- Lists a namespace's children in the order of their ids (the rowid ends every index).
create index namespace_by_parent on namespace (parent);

-- ListAllTables walks identifiers in the order of their joined text, where 'a b$...' stands before
-- 'a$...': that is the order of the names with the delimiter behind them.
create index namespace_by_path on namespace (parent, name || '$');

create table namespace_property (
  namespace_id integer not null references namespace (id),
  key text not null,
  value text not null,
  primary key (namespace_id, key)
) strict, without rowid;

create table lance_table (
  id integer primary key,
  namespace_id integer not null references namespace (id), -- 1: deregistered
  name text not null,
  location text not null,                       -- absolute path or URI; stored, never derived
  managed_versioning integer not null,
  uid integer not null,
  gid integer not null,
  mode integer not null,
  created_ms integer not null,
  updated_ms integer not null,                  -- last change in the table's directory
  changed_ms integer not null,
  tags_ms integer not null,                     -- last change in tags/
  versions_ms integer not null,                 -- last change in versions/
  unique (namespace_id, name)
) strict;

create index lance_table_by_namespace on lance_table (namespace_id);
create index lance_table_by_location on lance_table (location);

create table table_property (
  table_id integer not null references lance_table (id),
  key text not null,
  value text not null,
  primary key (table_id, key)
) strict, without rowid;

-- Branches other than main, which is branch_id 0 everywhere and has no row.
create table branch (
  id integer primary key,
  table_id integer not null references lance_table (id),
  name text not null,
  parent_branch_id integer not null,            -- 0: main
  parent_version integer not null,
  created_ms integer not null,
  manifest_size integer not null,               -- 0: not known
  contents text,                                -- the file in _refs/branches as it was read
  unique (table_id, name)
) strict;

create table version (
  id integer primary key,
  table_id integer not null references lance_table (id),
  branch_id integer not null,                   -- 0: main
  version integer not null check (version > 0),
  manifest_path text not null,
  manifest_size integer,                        -- null: not known
  e_tag text,
  timestamp_ms integer not null,
  naming_scheme integer not null,               -- 1 or 2
  metadata text,                                -- a JSON object of strings; null: empty
  unique (table_id, branch_id, version)
) strict;

create table tag (
  id integer primary key,
  table_id integer not null references lance_table (id),
  name text not null,
  branch_id integer not null,
  version integer not null,
  created_ms integer not null,
  updated_ms integer not null,
  unique (table_id, name),
  foreign key (table_id, branch_id, version) references version (table_id, branch_id, version)
) strict;

create index tag_by_table on tag (table_id);
create index tag_by_version on tag (table_id, branch_id, version);

-- The change feed. Rows are only appended, so the highest number + 1 was never used; the first is 17,
-- smaller numbers are fixed ids. end_offset is where the line ends in the feed seen as one file.
-- There is no index beside the key, because every commit would write it: end_offset grows with seq,
-- and the changes of one transaction are neighbours, the first of which has seq = transaction_id.
create table change (
  seq integer primary key,
  transaction_id integer not null,              -- seq of the first change of its transaction
  time_ms integer not null,
  uid integer not null,
  operation text not null,                      -- the specification's operationId, or ours
  node integer not null,                        -- id of the object that changed
  parent integer not null,                      -- id of what it is in
  line text not null,                           -- the JSON line, without its newline
  end_offset integer not null
) strict;

-- Only transactions that hold more than their changes: altered ones, batches. The documents are
-- blobs of UTF-8, because the length of a blob is known without reading it.
create table transaction_state (
  id integer primary key,                       -- change.transaction_id
  status integer not null,                      -- enum lns_transaction_status
  operation text,                               -- null: that of its first change
  client_id text,                               -- the client's own name for it
  request blob,                                 -- JSON, without white space behind it
  response blob                                 -- JSON, ends in one newline
) strict;

-- Commit once. Few batches have an id, and the others need not be in here.
create unique index transaction_by_client_id on transaction_state (client_id)
where client_id is not null;

create table transaction_property (
  transaction_id integer not null references transaction_state (id),
  key text not null,
  value text not null,
  primary key (transaction_id, key)
) strict, without rowid;

-- The names that batches were committed under. A name may come again when its receipt was removed,
-- an id does not (autoincrement).
create table receipt (
  id integer primary key autoincrement,
  parent integer not null references namespace (id),
  name text not null,
  transaction_id integer not null references transaction_state (id),
  created_ms integer not null,
  uid integer not null,
  gid integer not null,
  unique (parent, name)
) strict;

create index receipt_by_parent on receipt (parent);

-- Storage of dropped tables that is still to be removed. Done after the commit, again at each open.
create table dropped_storage (
  id integer primary key,
  location text not null
) strict;

insert into namespace (id, parent, name, uid, gid, mode, created_ms, updated_ms, changed_ms)
values (0, null, '', ?1, ?2, 493, ?3, ?3, ?3), (1, null, 'deregistered', ?1, ?2, 493, ?3, ?3, ?3);

-- These two say what the file is; they come with the rest or not at all.
pragma application_id = 1280201473;
pragma user_version = 1;
