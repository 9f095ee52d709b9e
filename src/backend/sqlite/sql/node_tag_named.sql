-- Columns of a node. ?1 table, ?2 name
select tag.id, tag.table_id, tag.name, tag.version, tag.updated_ms, tag.updated_ms, 0, 0,
       lance_table.uid, lance_table.gid, lance_table.mode
from tag join lance_table on lance_table.id = tag.table_id
where tag.table_id = ?1 and tag.name = ?2;
