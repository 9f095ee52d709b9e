-- Tags that name no version, after this one. ?1 id
select tag.id, tag.table_id, tag.name, tag.version, lance_table.name
from tag left join lance_table on lance_table.id = tag.table_id
where tag.id > ?1 and not exists (
  select 1 from version
  where version.table_id = tag.table_id and version.branch_id = tag.branch_id
    and version.version = tag.version)
order by tag.id limit 1;
