-- ?1 table, ?2 name
select id, branch_id, version, created_ms, updated_ms from tag where table_id = ?1 and name = ?2;
