-- The snapshot is taken by the first statement that reads.
begin;
