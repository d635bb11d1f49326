--liquibase formatted sql

--changeset hedgerow:0220-webhook-recovery splitStatements:false stripComments:false
--comment: The deliveries of an endpoint that failed, found by their time without a look at the others.
set local role hedgerow_owner;

-- Policies name the states, but no endpoint: a look-up by id cannot take it.
create index webhook_delivery_failed
    on app.webhook_delivery (organization_id, livemode, webhook_endpoint_id, created_at)
    where status in ('failed', 'abandoned') and webhook_endpoint_id is not null;

reset role;
--rollback drop index app.webhook_delivery_failed;
