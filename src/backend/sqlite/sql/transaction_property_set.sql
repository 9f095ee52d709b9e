-- ?1 transaction, ?2 key, ?3 value
insert into transaction_property (transaction_id, key, value) values (?1, ?2, ?3)
on conflict (transaction_id, key) do update set value = excluded.value;
