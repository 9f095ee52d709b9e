-- Columns of a node; the version is the latest of main, null: none. ?1 id
select id, namespace_id, name,
       (select max(version) from version where table_id = lance_table.id and branch_id = 0),
       updated_ms, changed_ms, tags_ms, versions_ms, uid, gid, mode
from lance_table
where id = ?1;
