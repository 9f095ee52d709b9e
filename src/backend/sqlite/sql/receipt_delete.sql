-- ?1 namespace, ?2 name
delete from receipt where parent = ?1 and name = ?2;
