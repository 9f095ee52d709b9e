-- The first four columns of a node. ?2 ids after this one
select seq, 0, cast(seq as text), 0 from change where seq > ?2 and transaction_id = seq order by seq;
