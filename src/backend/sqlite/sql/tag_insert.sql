-- ?1 id, ?2 table, ?3 name, ?4 branch, ?5 version, ?6 created_ms, ?7 updated_ms
insert into tag (id, table_id, name, branch_id, version, created_ms, updated_ms)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7);
