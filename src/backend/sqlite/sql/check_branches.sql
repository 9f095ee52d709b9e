-- What stands on a branch that is no more: what, the table, how many.
select 'versions', lance_table.name, count(*)
from version left join lance_table on lance_table.id = version.table_id
where version.branch_id <> 0 and not exists (
  select 1 from branch where branch.id = version.branch_id and branch.table_id = version.table_id)
group by version.table_id
union all
select 'tags', lance_table.name, count(*)
from tag left join lance_table on lance_table.id = tag.table_id
where tag.branch_id <> 0 and not exists (
  select 1 from branch where branch.id = tag.branch_id and branch.table_id = tag.table_id)
group by tag.table_id;
