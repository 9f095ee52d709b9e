-- ?1 table, ?2 branch
select id, version, manifest_path from version where table_id = ?1 and branch_id = ?2
order by version;
