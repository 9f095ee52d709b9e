-- Takes the right to write at once, so that no statement in it can find the snapshot too old.
begin immediate;
