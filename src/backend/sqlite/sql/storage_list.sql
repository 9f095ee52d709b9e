-- ?1 ids after this one, ?2 rows at most
select id, location from dropped_storage where id > ?1 order by id limit ?2;
