--liquibase formatted sql

--changeset hedgerow:0254-not-settled splitStatements:false stripComments:false
--comment: A payment that the chain has made and the database does not settle is shown to a person.
set local role hedgerow_owner;

alter table app.chain_transaction
    drop constraint chain_transaction_review_reason_check,
    add constraint chain_transaction_review_reason_check
        check (review_reason in ('nonce_used_elsewhere', 'another_amount_moved', 'not_settled'));

reset role;
--rollback alter table app.chain_transaction
--rollback     drop constraint chain_transaction_review_reason_check,
--rollback     add constraint chain_transaction_review_reason_check
--rollback         check (review_reason in ('nonce_used_elsewhere', 'another_amount_moved'));
