-- The unique index makes this put-if-not-exists. The id is the seq of the change that makes it.
-- ?1 id, ?2 table, ?3 branch, ?4 version, ?5 manifest_path, ?6 manifest_size, ?7 e_tag,
-- ?8 timestamp_ms, ?9 naming_scheme, ?10 metadata
insert into version (id, table_id, branch_id, version, manifest_path, manifest_size, e_tag,
                     timestamp_ms, naming_scheme, metadata)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
on conflict (table_id, branch_id, version) do nothing;
