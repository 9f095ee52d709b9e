-- ?1 id, ?2 table, ?3 name, ?4 parent branch, ?5 parent version, ?6 created_ms, ?7 manifest_size,
-- ?8 contents
insert into branch (id, table_id, name, parent_branch_id, parent_version, created_ms, manifest_size,
                    contents)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);
