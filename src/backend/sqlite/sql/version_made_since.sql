-- The first version of a range that this transaction made: its changes are numbered from ?5 on.
-- ?1 table, ?2 branch, ?3 first, ?4 last
select version from version
where table_id = ?1 and branch_id = ?2 and version between ?3 and ?4 and id >= ?5
order by version limit 1;
