-- The first four columns of a node. ?1 namespace, ?2 ids after this one
select id, parent, name, transaction_id from receipt where parent = ?1 and id > ?2 order by id;
