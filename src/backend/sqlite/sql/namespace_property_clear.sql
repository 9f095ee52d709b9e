-- ?1 namespace
delete from namespace_property where namespace_id = ?1;
