-- Of all branches. ?1 table
delete from version where table_id = ?1;
