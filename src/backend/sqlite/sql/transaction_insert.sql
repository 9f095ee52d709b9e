-- A batch. ?1 transaction, ?2 status, ?3 operation, ?4 client's id, ?5 request, ?6 response
insert into transaction_state (id, status, operation, client_id, request, response)
values (?1, ?2, ?3, ?4, ?5, ?6);
