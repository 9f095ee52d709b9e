-- table, rowid, table referred to, number of the constraint.
pragma foreign_key_check;
