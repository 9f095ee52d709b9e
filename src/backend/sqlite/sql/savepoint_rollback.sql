-- The savepoint stays, so a release has to follow.
rollback to request;
