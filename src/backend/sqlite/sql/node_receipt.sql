-- Columns of a node, then its size. 292 is 0444. ?1 id
select receipt.id, parent, name, transaction_id, created_ms, created_ms, 0, 0, uid, gid, 292,
       length(response)
from receipt join transaction_state on transaction_state.id = transaction_id
where receipt.id = ?1;
