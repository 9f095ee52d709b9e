-- On any branch. ?1 table
select 1 from version where table_id = ?1 limit 1;
