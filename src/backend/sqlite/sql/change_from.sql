-- ?1 seq: the first change from there on. Numbers have no gaps, but nothing breaks if they do.
select seq, end_offset from change where seq >= ?1 order by seq limit 1;
