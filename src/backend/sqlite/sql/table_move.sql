-- Tags, versions and storage stay where they are: they know the table by its id.
-- ?1 id, ?2 namespace, ?3 name, ?4 now
update lance_table set namespace_id = ?2, name = ?3, changed_ms = ?4 where id = ?1;
