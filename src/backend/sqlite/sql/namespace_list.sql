-- ?1 parent, ?2 names after this one, ?3 rows at most
select name from namespace where parent = ?1 and name > ?2 order by name limit ?3;
