-- No tag names one of them: tag_in_range was asked. ?1 table, ?2 branch, ?3 first, ?4 last
delete from version where table_id = ?1 and branch_id = ?2 and version between ?3 and ?4;
