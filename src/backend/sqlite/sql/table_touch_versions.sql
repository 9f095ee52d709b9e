-- ?1 id, ?2 now
update lance_table set versions_ms = ?2, updated_ms = ?2 where id = ?1;
