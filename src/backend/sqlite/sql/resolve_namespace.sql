-- ?1 parent, ?2 name
select id from namespace where parent = ?1 and name = ?2;
