-- ?1 id
select response from receipt join transaction_state on transaction_state.id = transaction_id
where receipt.id = ?1;
