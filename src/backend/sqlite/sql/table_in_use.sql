-- Whether there are versions of the main branch (1) or tags of any (0); no row: neither. ?1 table
select 1 from version where table_id = ?1 and branch_id = 0
union all
select 0 from tag where table_id = ?1
limit 1;
