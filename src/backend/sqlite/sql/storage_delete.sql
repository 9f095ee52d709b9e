-- ?1 id
delete from dropped_storage where id = ?1;
