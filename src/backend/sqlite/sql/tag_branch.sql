-- The name of a branch; no row for main. ?1 branch
select name from branch where id = ?1;
