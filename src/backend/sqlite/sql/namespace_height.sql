-- How many levels of namespaces stand below one. ?1 id
with recursive below (id, level) as (
  select ?1, 0
  union all
  select namespace.id, level + 1 from below join namespace on namespace.parent = below.id
)
select max(level) from below;
