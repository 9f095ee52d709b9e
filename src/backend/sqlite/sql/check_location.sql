-- Does a table, or storage still to be removed, stand at a path or below it? '0' is the byte
-- after '/'. ?1 path, ?2 path with '/', ?3 path with '0', ?4 file:// URI of the path
select 1 where exists (select 1 from lance_table where location in (?1, ?2, ?4))
  or exists (select 1 from lance_table where location >= ?2 and location < ?3)
  or exists (select 1 from dropped_storage where location in (?1, ?2, ?4));
