-- ?1 table, ?2 branch
select version from version where table_id = ?1 and branch_id = ?2 order by version desc limit 1;
