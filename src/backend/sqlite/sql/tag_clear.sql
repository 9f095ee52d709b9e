-- ?1 table
delete from tag where table_id = ?1;
