-- ?1 seq. Is this change there?
select 1 from change where seq = ?1;
