-- As node_version; of the main branch, by number. ?1 table, ?2 numbers after this one
select version.id, version.table_id, '', version.version, version.timestamp_ms, version.timestamp_ms,
       0, 0, lance_table.uid, lance_table.gid, lance_table.mode,
       version.version, manifest_path, manifest_size, e_tag, timestamp_ms, metadata
from lance_table cross join version
where lance_table.id = ?1 and version.table_id = ?1 and version.branch_id = 0
  and version.version > ?2
order by version.version;
