-- ?1 table, ?2 key
select value from table_property where table_id = ?1 and key = ?2;
