-- The first four columns of a node; the unique index has them all, so no row is read.
-- ?1 table, ?2 numbers after this one
select id, table_id, '', version from version
where table_id = ?1 and branch_id = 0 and version > ?2 order by version;
