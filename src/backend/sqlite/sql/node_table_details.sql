-- ?1 id
select name, namespace_id, location, managed_versioning,
       (select max(version) from version where table_id = lance_table.id and branch_id = 0),
       exists (select 1 from version where table_id = lance_table.id)
from lance_table where id = ?1;
