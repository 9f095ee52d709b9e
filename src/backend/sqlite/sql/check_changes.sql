-- Changes whose line does not end where the one before and its own bytes say.
select count(*), min(seq) from (
  select seq, end_offset,
         sum(length(cast(line as blob)) + 1) over (order by seq rows unbounded preceding) as right_offset
  from change)
where end_offset <> right_offset;
