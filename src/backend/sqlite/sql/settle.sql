-- A transaction that changes nothing but writes a page: its frames take the place of those that a
-- failed commit may have left in the log (settle.c). The number is the one that the file has.
pragma user_version = 1;
