-- ?1 table
select key, value from table_property where table_id = ?1 order by key;
