-- One row "ok", or one for each of the first problems.
pragma integrity_check(100);
