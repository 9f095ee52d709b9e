-- ?1 table, ?2 key, ?3 value
insert into table_property (table_id, key, value) values (?1, ?2, ?3)
on conflict (table_id, key) do update set value = excluded.value;
