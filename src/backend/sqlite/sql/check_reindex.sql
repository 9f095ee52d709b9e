-- Indexes are made of the rows again.
reindex;
