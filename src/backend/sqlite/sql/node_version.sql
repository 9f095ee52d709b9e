-- Columns of a node, then those of sqlite_version_from_row(). ?1 id
select version.id, version.table_id, '', version.version, version.timestamp_ms, version.timestamp_ms,
       0, 0, lance_table.uid, lance_table.gid, lance_table.mode,
       version.version, manifest_path, manifest_size, e_tag, timestamp_ms, metadata
from version join lance_table on lance_table.id = version.table_id
where version.id = ?1;
