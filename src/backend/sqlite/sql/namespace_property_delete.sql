-- ?1 namespace, ?2 key
delete from namespace_property where namespace_id = ?1 and key = ?2;
