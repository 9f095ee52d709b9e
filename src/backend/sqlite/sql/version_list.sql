-- ?1 table, ?2 branch, ?3 the first version, ?4 rows at most
select version, manifest_path, manifest_size, e_tag, timestamp_ms, metadata from version
where table_id = ?1 and branch_id = ?2 and version >= ?3 order by version limit ?4;
