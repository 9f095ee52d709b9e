-- The id is the seq of the change that makes it. Whoever makes a table lets this catalog keep its
-- versions. ?1 id, ?2 namespace, ?3 name, ?4 location, ?5 uid, ?6 gid, ?7 mode, ?8 now
insert into lance_table (id, namespace_id, name, location, managed_versioning, uid, gid, mode,
                         created_ms, updated_ms, changed_ms, tags_ms, versions_ms)
values (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?8, ?8, ?8, ?8);
