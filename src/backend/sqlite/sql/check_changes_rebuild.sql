-- Every line ends where the one before and its own bytes say.
update change set end_offset = counted.right_offset
from (
  select seq, sum(length(cast(line as blob)) + 1) over (order by seq rows unbounded preceding)
                as right_offset
  from change) as counted
where counted.seq = change.seq and change.end_offset <> counted.right_offset;
