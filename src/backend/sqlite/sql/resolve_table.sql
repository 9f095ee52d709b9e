-- ?1 namespace, ?2 name
select id from lance_table where namespace_id = ?1 and name = ?2;
