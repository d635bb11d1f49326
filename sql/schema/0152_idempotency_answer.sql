--liquibase formatted sql

--changeset hedgerow:0152-idempotency-answer splitStatements:false stripComments:false
--comment: An answer is kept as it was written, and the audit log keeps nothing that is derived from a request.
set local role hedgerow_owner;

-- jsonb sorts the fields; json keeps the text.
alter table app.idempotency_key alter column response_body type json using response_body::json;

drop trigger audit on app.idempotency_key;
create trigger audit after insert or update or delete on app.idempotency_key for each row
    execute function app_private.audit('response_body', 'request_hash');

reset role;
--rollback drop trigger audit on app.idempotency_key;
--rollback create trigger audit after insert or update or delete on app.idempotency_key for each row
--rollback     execute function app_private.audit('response_body');
--rollback alter table app.idempotency_key alter column response_body type jsonb using response_body::jsonb;
