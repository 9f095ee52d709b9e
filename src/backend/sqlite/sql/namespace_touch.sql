-- ?1 id, ?2 now
update namespace set updated_ms = ?2 where id = ?1;
