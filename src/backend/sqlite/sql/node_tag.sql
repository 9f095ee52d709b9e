-- Columns of a node; who owns a table owns its tags. ?1 id
select tag.id, tag.table_id, tag.name, tag.version, tag.updated_ms, tag.updated_ms, 0, 0,
       lance_table.uid, lance_table.gid, lance_table.mode
from tag join lance_table on lance_table.id = tag.table_id
where tag.id = ?1;
