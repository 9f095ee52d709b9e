-- A transaction is known by the seq of its first change. ?1 transaction
select time_ms, uid, operation from change where seq = ?1 and transaction_id = ?1;
