-- ?1 client's id
select id, request, response from transaction_state where client_id = ?1;
