-- ?1 id, ?2 branch, ?3 version, ?4 now
update tag set branch_id = ?2, version = ?3, updated_ms = ?4 where id = ?1;
