-- Columns of a node. The table is one row, so the tags come in the order of their index.
-- ?1 table, ?2 ids after this one
select tag.id, tag.table_id, tag.name, tag.version, tag.updated_ms, tag.updated_ms, 0, 0,
       lance_table.uid, lance_table.gid, lance_table.mode
from lance_table cross join tag
where lance_table.id = ?1 and tag.table_id = ?1 and tag.id > ?2 order by tag.id;
