-- ?1 id, ?2 now
update lance_table set changed_ms = ?2 where id = ?1;
