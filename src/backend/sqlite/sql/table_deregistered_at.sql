-- The table that was deregistered last at a location. ?1 location, as it was given. The + keeps
-- SQLite from reading all that are deregistered.
select id from lance_table where location = ?1 and +namespace_id = 1
order by changed_ms desc, id desc limit 1;
