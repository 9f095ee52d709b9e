-- ?1 seq, ?2 transaction_id, ?3 time_ms, ?4 uid, ?5 operation, ?6 node, ?7 parent, ?8 line,
-- ?9 end_offset: that of the change before + the length of the line + 1 for its newline.
insert into change (seq, transaction_id, time_ms, uid, operation, node, parent, line, end_offset)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);
