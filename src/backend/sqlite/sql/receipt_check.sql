-- What has a name in a namespace: the id of a namespace, the transaction of a receipt; null: nothing.
-- No row: the namespace is not there. ?1 namespace, ?2 name
select (select id from namespace where parent = ?1 and name = ?2),
       (select transaction_id from receipt where parent = ?1 and name = ?2)
from namespace where id = ?1;
