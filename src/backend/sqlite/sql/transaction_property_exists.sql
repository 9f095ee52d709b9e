-- ?1 transaction, ?2 key
select 1 from transaction_property where transaction_id = ?1 and key = ?2;
