-- All that is below follows: only this row knows the name. ?1 id, ?2 parent, ?3 name, ?4 now
update namespace set parent = ?2, name = ?3, changed_ms = ?4 where id = ?1;
