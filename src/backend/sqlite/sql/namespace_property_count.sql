-- ?1 namespace
select count(*) from namespace_property where namespace_id = ?1;
