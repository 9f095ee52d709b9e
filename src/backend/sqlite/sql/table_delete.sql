-- Nothing names it any more. ?1 id
delete from lance_table where id = ?1;
