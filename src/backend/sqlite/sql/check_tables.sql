-- The next table and its branches, main first. ?1 table, ?2 branch: after these
select id, branch_id, name, location, branch from (
  select lance_table.id as id, 0 as branch_id, lance_table.name as name, location, null as branch
  from lance_table where lance_table.id > ?1
  union all
  select lance_table.id, branch.id, lance_table.name, location, branch.name
  from lance_table join branch on branch.table_id = lance_table.id
  where lance_table.id >= ?1)
where (id, branch_id) > (?1, ?2)
order by id, branch_id limit 1;
