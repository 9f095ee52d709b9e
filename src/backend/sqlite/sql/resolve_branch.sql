-- ?1 table, ?2 name; main has no row
select id from branch where table_id = ?1 and name = ?2;
