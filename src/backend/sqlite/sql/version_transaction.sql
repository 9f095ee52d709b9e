-- What made a version: an object's id is the seq of its change. ?1 table, ?2 branch, ?3 version
select change.transaction_id from version join change on change.seq = version.id
where table_id = ?1 and branch_id = ?2 and version = ?3;
