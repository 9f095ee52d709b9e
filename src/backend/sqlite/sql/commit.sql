-- Durable when it returns (synchronous = full).
commit;
