-- ?1 table, ?2 names after this one, ?3 rows at most
select tag.name, tag.version, branch.name, version.manifest_size, tag.created_ms, tag.updated_ms
from tag
  left join branch on branch.id = tag.branch_id
  left join version on version.table_id = tag.table_id and version.branch_id = tag.branch_id
    and version.version = tag.version
where tag.table_id = ?1 and tag.name > ?2 order by tag.name limit ?3;
