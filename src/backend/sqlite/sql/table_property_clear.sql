-- ?1 table
delete from table_property where table_id = ?1;
