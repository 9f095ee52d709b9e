-- ?1 id
select location, managed_versioning,
       exists (select 1 from version where version.table_id = lance_table.id)
from lance_table where id = ?1;
