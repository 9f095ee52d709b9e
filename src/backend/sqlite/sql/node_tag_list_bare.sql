-- The first four columns of a node. ?1 table, ?2 ids after this one
select id, table_id, name, version from tag where table_id = ?1 and id > ?2 order by id;
