-- Columns of a node. ?1 namespace, ?2 name
select id, namespace_id, name,
       (select max(version) from version where table_id = lance_table.id and branch_id = 0),
       updated_ms, changed_ms, tags_ms, versions_ms, uid, gid, mode
from lance_table
where namespace_id = ?1 and name = ?2;
