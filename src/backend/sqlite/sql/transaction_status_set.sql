-- ?1 transaction, ?2 status
insert into transaction_state (id, status) values (?1, ?2)
on conflict (id) do update set status = excluded.status;
