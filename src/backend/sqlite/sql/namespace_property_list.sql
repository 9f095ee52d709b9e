-- ?1 namespace
select key, value from namespace_property where namespace_id = ?1 order by key;
