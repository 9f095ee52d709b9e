-- ?1 the metadata column
select key, value from json_each(?1);
