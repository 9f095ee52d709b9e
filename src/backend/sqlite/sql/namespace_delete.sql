-- Nothing is in it any more. ?1 id
delete from namespace where id = ?1;
