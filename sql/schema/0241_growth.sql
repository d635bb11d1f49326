--liquibase formatted sql

--changeset hedgerow:0241-growth splitStatements:false stripComments:false
--comment: A bind costs the same among many members, and tables that are emptied in batches stay small.
set local role hedgerow_owner;

-- To a session that began while a tenant had few members, this index was as good as the primary key; it read all of
-- them at each bind, until the table was analyzed.
drop index app_private.principal_organization_id;
create index principal_organization_id on app_private.principal (organization_id, subject);
alter table app_private.principal set (autovacuum_analyze_scale_factor = 0.01);

-- Retention removes 500 rows at a time. Their room is used again after a vacuum: at one row in fifty, not in five.
alter table app.idempotency_key set (autovacuum_vacuum_scale_factor = 0.02);
alter table app.outbox_event set (autovacuum_vacuum_scale_factor = 0.02);
alter table app.webhook_delivery set (autovacuum_vacuum_scale_factor = 0.02);
alter table app.mail set (autovacuum_vacuum_scale_factor = 0.02);

-- Requests update a column of these that no index has: in place, if there is room beside the row (as at 0209).
alter table app.agent_limit set (fillfactor = 70);
alter table app.payment_link set (fillfactor = 70);
alter table app.api_key set (fillfactor = 70);

reset role;
--rollback alter table app.api_key reset (fillfactor);
--rollback alter table app.payment_link reset (fillfactor);
--rollback alter table app.agent_limit reset (fillfactor);
--rollback alter table app.mail reset (autovacuum_vacuum_scale_factor);
--rollback alter table app.webhook_delivery reset (autovacuum_vacuum_scale_factor);
--rollback alter table app.outbox_event reset (autovacuum_vacuum_scale_factor);
--rollback alter table app.idempotency_key reset (autovacuum_vacuum_scale_factor);
--rollback alter table app_private.principal reset (autovacuum_analyze_scale_factor);
--rollback drop index app_private.principal_organization_id;
--rollback create index principal_organization_id on app_private.principal (organization_id);
