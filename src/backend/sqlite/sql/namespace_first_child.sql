-- ?1 parent
select id, name from namespace where parent = ?1 order by name limit 1;
