-- ?1 id, ?2 uid, ?3 gid, ?4 mode, ?5 now.
update namespace set uid = ?2, gid = ?3, mode = ?4, changed_ms = ?5 where id = ?1;
