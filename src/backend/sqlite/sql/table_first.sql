-- ?1 namespace
select id, name from lance_table where namespace_id = ?1 order by name limit 1;
