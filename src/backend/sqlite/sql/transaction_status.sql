-- ?1 transaction; no row: it succeeded
select status from transaction_state where id = ?1;
