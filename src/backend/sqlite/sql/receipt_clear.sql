-- ?1 namespace
delete from receipt where parent = ?1;
