-- ?1 namespace, ?2 names after this one, ?3 rows at most, ?4 1: only tables that have a version
select name from lance_table
where namespace_id = ?1 and name > ?2
  and (?4 = 0 or exists (select 1 from version where version.table_id = lance_table.id))
order by name limit ?3;
