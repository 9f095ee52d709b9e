-- As node_version; of the main branch. ?1 table, ?2 number
select version.id, version.table_id, '', version.version, version.timestamp_ms, version.timestamp_ms,
       0, 0, lance_table.uid, lance_table.gid, lance_table.mode,
       version.version, manifest_path, manifest_size, e_tag, timestamp_ms, metadata
from version join lance_table on lance_table.id = version.table_id
where version.table_id = ?1 and version.branch_id = 0 and version.version = ?2;
