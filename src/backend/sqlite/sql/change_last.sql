-- Where the feed ends. No row: it is empty.
select seq, end_offset, time_ms from change order by seq desc limit 1;
