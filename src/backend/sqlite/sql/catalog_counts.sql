-- The root and the namespace of deregistered tables are not counted, nor what is in the latter.
select (select count(*) from namespace where id > 1),
       (select count(*) from lance_table where namespace_id <> 1),
       (select coalesce(max(seq), 0) from change);
