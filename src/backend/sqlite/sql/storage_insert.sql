-- ?1 location
insert into dropped_storage (location) values (?1);
