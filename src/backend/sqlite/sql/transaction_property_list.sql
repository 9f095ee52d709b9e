-- ?1 transaction
select key, value from transaction_property where transaction_id = ?1 order by key;
