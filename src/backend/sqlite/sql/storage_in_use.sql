-- Does a table stand at a location or below it? '0' is the byte after '/'.
-- ?1 path, ?2 path with '/', ?3 path with '0'; ?4, ?5, ?6 the same as file:// URIs; ?7 the location
-- as it was written
select 1 where exists (select 1 from lance_table where location in (?1, ?4, ?7))
  or exists (select 1 from lance_table where location >= ?2 and location < ?3)
  or exists (select 1 from lance_table where location >= ?5 and location < ?6);
