-- ?1 transaction
select time_ms, uid, coalesce(state.operation, change.operation), coalesce(status, ?2), request,
       response
from change left join transaction_state as state on state.id = change.seq
where seq = ?1 and transaction_id = ?1;
