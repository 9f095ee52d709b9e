-- ?1 table
select count(*) from table_property where table_id = ?1;
