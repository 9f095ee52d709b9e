-- One request of a group: what it did can be taken back alone.
savepoint request;
