-- The next namespace in the order of joined identifiers; uses namespace_by_path.
-- ?1 parent, ?2 names with the delimiter behind them after this one
select id, name || '$' from namespace where parent = ?1 and name || '$' > ?2
order by name || '$' limit 1;
