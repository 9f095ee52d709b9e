-- What it names stays. ?1 id, ?2 table, ?3 name
update tag set table_id = ?2, name = ?3 where id = ?1;
