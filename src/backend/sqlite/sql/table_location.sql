-- ?1 id
select location from lance_table where id = ?1;
