-- Answered by the unique index alone. ?1 table, ?2 branch, ?3 version
select 1 from version where table_id = ?1 and branch_id = ?2 and version = ?3;
