-- ?1 table
delete from branch where table_id = ?1;
