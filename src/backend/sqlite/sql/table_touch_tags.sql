-- ?1 id, ?2 now
update lance_table set tags_ms = ?2 where id = ?1;
