-- One child of each kind, or null. ?1 namespace
select (select name from namespace where parent = ?1 limit 1),
       (select name from lance_table where namespace_id = ?1 limit 1);
