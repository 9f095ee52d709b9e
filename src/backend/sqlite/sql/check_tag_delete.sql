-- ?1 id
delete from tag where id = ?1;
