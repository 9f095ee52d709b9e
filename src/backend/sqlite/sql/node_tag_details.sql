-- Null branch name: main. ?1 id
select tag.name, tag.version, branch.name, version.manifest_size, tag.created_ms, tag.updated_ms
from tag
join version on version.table_id = tag.table_id and version.branch_id = tag.branch_id
  and version.version = tag.version
left join branch on branch.id = tag.branch_id
where tag.id = ?1;
