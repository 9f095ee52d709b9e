-- Columns of a node: id, parent, name, version, updated, changed, tags_ms, versions_ms, uid, gid, mode.
-- ?1 id
select id, parent, name, 0, updated_ms, changed_ms, 0, 0, uid, gid, mode from namespace
where id = ?1;
