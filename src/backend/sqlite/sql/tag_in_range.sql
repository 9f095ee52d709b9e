-- The first tag that keeps versions from being deleted. ?1 table, ?2 branch, ?3 first, ?4 last
select version, name from tag where table_id = ?1 and branch_id = ?2 and version between ?3 and ?4
order by version limit 1;
