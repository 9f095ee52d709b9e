-- ?1 seq of the first line. In the order of the feed.
select line, end_offset from change where seq >= ?1 order by seq;
