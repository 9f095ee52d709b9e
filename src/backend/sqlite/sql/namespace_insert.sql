-- The id is the seq of the change that makes it.
-- ?1 id, ?2 parent, ?3 name, ?4 uid, ?5 gid, ?6 mode, ?7 now
insert into namespace (id, parent, name, uid, gid, mode, created_ms, updated_ms, changed_ms)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7);
