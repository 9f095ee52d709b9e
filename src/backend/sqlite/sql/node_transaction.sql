-- Columns of a node, then what its size is made of. 292 is 0444. ?1 id
select seq, 0, cast(seq as text), 0, time_ms, time_ms, 0, 0, uid, 0, 292,
       status, coalesce(state.operation, change.operation), length(request), length(response)
from change left join transaction_state as state on state.id = change.seq
where seq = ?1 and transaction_id = ?1;
