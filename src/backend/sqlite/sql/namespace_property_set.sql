-- ?1 namespace, ?2 key, ?3 value
insert into namespace_property (namespace_id, key, value) values (?1, ?2, ?3)
on conflict (namespace_id, key) do update set value = excluded.value;
