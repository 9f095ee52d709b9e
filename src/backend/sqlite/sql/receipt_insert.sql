-- ?1 namespace, ?2 name, ?3 transaction, ?4 now, ?5 uid, ?6 gid
insert into receipt (parent, name, transaction_id, created_ms, uid, gid)
values (?1, ?2, ?3, ?4, ?5, ?6);
