--liquibase formatted sql

--changeset hedgerow:0207-webhook-delivery splitStatements:false stripComments:false
--comment: The order of a tenant's events, and the secret that an endpoint had before.
set local role hedgerow_owner;

alter table app.outbox_event add column sequence bigint check (sequence > 0);
comment on column app.outbox_event.sequence is
    'Counts the events of a tenant and mode as they are published, without gaps; null: not published yet, or before '
    'there was a sequence.';
create unique index outbox_event_sequence on app.outbox_event (organization_id, livemode, sequence);

alter table app.webhook_endpoint
    add column previous_secret_key_id     text check (length(previous_secret_key_id) between 1 and 100),
    add column previous_secret_nonce      bytea check (octet_length(previous_secret_nonce) = 12),
    add column previous_secret_ciphertext bytea check (octet_length(previous_secret_ciphertext) between 17 and 1024),
    add column previous_until             timestamptz,
    add constraint webhook_endpoint_previous_check
        check (num_nonnulls(previous_secret_key_id, previous_secret_nonce, previous_secret_ciphertext, previous_until)
               in (0, 4));
comment on column app.webhook_endpoint.previous_until is
    'Until then deliveries are signed with the secret before, too, so that a receiver can change over.';

drop trigger audit on app.webhook_endpoint;
create trigger audit after insert or update or delete on app.webhook_endpoint for each row
    execute function app_private.audit('secret_nonce', 'secret_ciphertext', 'previous_secret_nonce',
                                       'previous_secret_ciphertext');

-- Whoever replaces a secret cannot read the one before.
create function app_private.keep_previous_secret() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.previous_secret_key_id := old.secret_key_id;
    new.previous_secret_nonce := old.secret_nonce;
    new.previous_secret_ciphertext := old.secret_ciphertext;
    new.previous_until := now() + interval '24 hours';
    return new;
end
$$;
create trigger previous_secret before update of secret_ciphertext on app.webhook_endpoint for each row
    when (old.secret_ciphertext is distinct from new.secret_ciphertext)
    execute function app_private.keep_previous_secret();

reset role;
--rollback drop trigger previous_secret on app.webhook_endpoint;
--rollback drop function app_private.keep_previous_secret();
--rollback drop trigger audit on app.webhook_endpoint;
--rollback create trigger audit after insert or update or delete on app.webhook_endpoint for each row
--rollback     execute function app_private.audit('secret_nonce', 'secret_ciphertext');
--rollback alter table app.webhook_endpoint drop column previous_secret_key_id, drop column previous_secret_nonce,
--rollback     drop column previous_secret_ciphertext, drop column previous_until;
--rollback alter table app.outbox_event drop column sequence;
