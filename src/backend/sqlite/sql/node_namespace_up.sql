-- One step up. ?1 id
select parent, name from namespace where id = ?1;
