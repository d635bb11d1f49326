--liquibase formatted sql

--changeset hedgerow:0209-lighter-writes splitStatements:false stripComments:false
--comment: A write leaves less behind, and tables are vacuumed before their statistics mislead.
set local role hedgerow_owner;

-- What is null is in no index. A strict operator implies IS NOT NULL, so policies, filters and checks of keys use them
-- still; and the planner, which knows nothing of a new table, cannot take one for a look-up by primary key.
drop index app.agent_wallet, app.agent_log_order, app.api_key_agent, app.approval_agent, app.ledger_entry_order,
           app.ledger_entry_refund, app.membership_invitation, app.outbox_event_sequence, app.payment_attempt_agent,
           app.payment_attempt_wallet, app.payment_link_agent, app.payment_order_link, app.payment_order_subscription,
           app.payment_order_price, app.payment_order_payment_method, app.payment_order_agent,
           app.provider_transaction_order, app.provider_transaction_attempt, app.provider_transaction_refund;
create index agent_wallet on app.agent (organization_id, livemode, agent_wallet_id) where agent_wallet_id is not null;
create index agent_log_order on app.agent_log (organization_id, livemode, payment_order_id)
    where payment_order_id is not null;
create index api_key_agent on app.api_key (organization_id, livemode, agent_id) where agent_id is not null;
create index approval_agent on app.approval (organization_id, livemode, agent_id) where agent_id is not null;
create index ledger_entry_order on app.ledger_entry (organization_id, livemode, payment_order_id)
    where payment_order_id is not null;
create index ledger_entry_refund on app.ledger_entry (organization_id, livemode, refund_id)
    where refund_id is not null;
create index membership_invitation on app.membership (organization_id, invitation_id) where invitation_id is not null;
create unique index outbox_event_sequence on app.outbox_event (organization_id, livemode, sequence)
    where sequence is not null;
create index payment_attempt_agent on app.payment_attempt (organization_id, livemode, agent_id)
    where agent_id is not null;
create index payment_attempt_wallet on app.payment_attempt (organization_id, livemode, wallet_id)
    where wallet_id is not null;
create index payment_link_agent on app.payment_link (organization_id, livemode, executing_agent_id)
    where executing_agent_id is not null;
create index payment_order_link on app.payment_order (organization_id, livemode, payment_link_id, created_at desc,
                                                      id desc) where payment_link_id is not null;
create index payment_order_subscription on app.payment_order (organization_id, livemode, subscription_id,
                                                              created_at desc, id desc)
    where subscription_id is not null;
create index payment_order_price on app.payment_order (organization_id, livemode, price_id) where price_id is not null;
create index payment_order_payment_method on app.payment_order (organization_id, livemode, customer_id,
                                                                payment_method_id) where payment_method_id is not null;
create index payment_order_agent on app.payment_order (organization_id, livemode, executing_agent_id, status)
    where executing_agent_id is not null;
create index provider_transaction_order on app.provider_transaction (organization_id, livemode, payment_order_id)
    where payment_order_id is not null;
create index provider_transaction_attempt on app.provider_transaction (organization_id, livemode, payment_attempt_id)
    where payment_attempt_id is not null;
create index provider_transaction_refund on app.provider_transaction (organization_id, livemode, refund_id)
    where refund_id is not null;

-- The policies of these tables name the states, so that an update of one row took such an index instead of the primary
-- key. They say nothing of what these add, which goes without saying.
drop index app.payment_order_expiry, app.approval_expiry, app.approval_pending;
create index approval_expiry on app.approval (organization_id, livemode, expires_at)
    where status = 'pending' and decided_at is null;
create unique index approval_pending on app.approval (organization_id, livemode, payment_order_id)
    where status = 'pending' and decided_at is null;
create index payment_order_expiry on app.payment_order (organization_id, livemode, expires_at)
    where expires_at is not null and status in ('requires_confirmation', 'requires_approval', 'requires_execution');

-- What one statement has just ended, and what an event is delivered to, among all that there is.
create index api_key_revoked on app.api_key (organization_id, livemode, revoked_at) where revoked_at is not null;
create index invitation_revoked on app.invitation (organization_id, updated_at) where status = 'revoked';
create index webhook_endpoint_enabled on app.webhook_endpoint (organization_id, livemode, id) where status = 'enabled';

-- An event holds the row that the log has already; and the answer to a repeated request is that of its first.
drop trigger audit on app.outbox_event;
create trigger audit after insert on app.outbox_event for each row execute function app_private.audit('-payload');
drop trigger audit on app.idempotency_key;
create trigger audit after insert on app.idempotency_key for each row
    execute function app_private.audit('response_body', 'request_hash');

-- A session keeps the plans that it made while a table was small until the table is analyzed: after one change in a
-- hundred, not ten. What is only added to is vacuumed as early, for index-only scans. Each commit updates its tenant's
-- head in place, which needs room beside it.
do $$
declare
    tenant_table regclass;
begin
    for tenant_table in
        select rel.oid
          from pg_class rel
          join pg_attribute att on att.attrelid = rel.oid and att.attname = 'organization_id'
         where rel.relnamespace = 'app'::regnamespace and rel.relkind = 'r'
    loop
        execute format('alter table %s set (autovacuum_analyze_scale_factor = 0.01)', tenant_table);
    end loop;
end
$$;
alter table app.audit_log set (autovacuum_vacuum_insert_scale_factor = 0.01);
alter table app.audit_block set (autovacuum_vacuum_insert_scale_factor = 0.01);
alter table app.ledger_entry set (autovacuum_vacuum_insert_scale_factor = 0.01);
alter table app.agent_log set (autovacuum_vacuum_insert_scale_factor = 0.01);
alter table app_private.audit_head set (fillfactor = 50);

reset role;
--rollback drop trigger audit on app.idempotency_key;
--rollback create trigger audit after insert or update on app.idempotency_key for each row
--rollback     execute function app_private.audit('response_body', 'request_hash');
--rollback drop trigger audit on app.outbox_event;
--rollback create trigger audit after insert on app.outbox_event for each row execute function app_private.audit();
--rollback alter table app.agent reset (autovacuum_analyze_scale_factor);
--rollback alter table app.agent_limit reset (autovacuum_analyze_scale_factor);
--rollback alter table app.agent_log reset (autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
--rollback alter table app.api_key reset (autovacuum_analyze_scale_factor);
--rollback alter table app.approval reset (autovacuum_analyze_scale_factor);
--rollback alter table app.audit_block reset (autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
--rollback alter table app.audit_log reset (autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
--rollback alter table app.customer reset (autovacuum_analyze_scale_factor);
--rollback alter table app.customer_payment_method reset (autovacuum_analyze_scale_factor);
--rollback alter table app.idempotency_key reset (autovacuum_analyze_scale_factor);
--rollback alter table app.invitation reset (autovacuum_analyze_scale_factor);
--rollback alter table app.ledger_account reset (autovacuum_analyze_scale_factor);
--rollback alter table app.ledger_entry reset (autovacuum_analyze_scale_factor, autovacuum_vacuum_insert_scale_factor);
--rollback alter table app.membership reset (autovacuum_analyze_scale_factor);
--rollback alter table app.outbox_event reset (autovacuum_analyze_scale_factor);
--rollback alter table app.payment_attempt reset (autovacuum_analyze_scale_factor);
--rollback alter table app.payment_link reset (autovacuum_analyze_scale_factor);
--rollback alter table app.payment_order reset (autovacuum_analyze_scale_factor);
--rollback alter table app.price reset (autovacuum_analyze_scale_factor);
--rollback alter table app.price_tier reset (autovacuum_analyze_scale_factor);
--rollback alter table app.product reset (autovacuum_analyze_scale_factor);
--rollback alter table app.provider_credential reset (autovacuum_analyze_scale_factor);
--rollback alter table app.provider_event reset (autovacuum_analyze_scale_factor);
--rollback alter table app.provider_transaction reset (autovacuum_analyze_scale_factor);
--rollback alter table app.refund reset (autovacuum_analyze_scale_factor);
--rollback alter table app.subscription reset (autovacuum_analyze_scale_factor);
--rollback alter table app.wallet reset (autovacuum_analyze_scale_factor);
--rollback alter table app.webhook_delivery reset (autovacuum_analyze_scale_factor);
--rollback alter table app.webhook_endpoint reset (autovacuum_analyze_scale_factor);
--rollback alter table app_private.audit_head reset (fillfactor);
--rollback drop index app.api_key_revoked, app.invitation_revoked, app.webhook_endpoint_enabled,
--rollback     app.payment_order_expiry, app.approval_expiry, app.approval_pending;
--rollback create index approval_expiry on app.approval (organization_id, livemode, expires_at)
--rollback     where status = 'pending';
--rollback create unique index approval_pending on app.approval (organization_id, livemode, payment_order_id)
--rollback     where status = 'pending';
--rollback create index payment_order_expiry on app.payment_order (organization_id, livemode, expires_at)
--rollback     where status in ('requires_confirmation', 'requires_approval', 'requires_execution');
--rollback drop index app.agent_wallet, app.agent_log_order, app.api_key_agent,
--rollback     app.approval_agent, app.ledger_entry_order, app.ledger_entry_refund,
--rollback     app.membership_invitation, app.outbox_event_sequence, app.payment_attempt_agent,
--rollback     app.payment_attempt_wallet, app.payment_link_agent, app.payment_order_link,
--rollback     app.payment_order_subscription, app.payment_order_price, app.payment_order_payment_method,
--rollback     app.payment_order_agent, app.provider_transaction_order, app.provider_transaction_attempt,
--rollback     app.provider_transaction_refund;
--rollback create index agent_wallet on app.agent (organization_id, livemode, agent_wallet_id);
--rollback create index agent_log_order on app.agent_log (organization_id, livemode, payment_order_id);
--rollback create index api_key_agent on app.api_key (organization_id, livemode, agent_id);
--rollback create index approval_agent on app.approval (organization_id, livemode, agent_id);
--rollback create index ledger_entry_order on app.ledger_entry (organization_id, livemode, payment_order_id);
--rollback create index ledger_entry_refund on app.ledger_entry (organization_id, livemode, refund_id);
--rollback create index membership_invitation on app.membership (organization_id, invitation_id);
--rollback create unique index outbox_event_sequence on app.outbox_event (organization_id, livemode, sequence);
--rollback create index payment_attempt_agent on app.payment_attempt (organization_id, livemode, agent_id);
--rollback create index payment_attempt_wallet on app.payment_attempt (organization_id, livemode, wallet_id);
--rollback create index payment_link_agent on app.payment_link (organization_id, livemode, executing_agent_id);
--rollback create index payment_order_link on app.payment_order (organization_id, livemode, payment_link_id,
--rollback     created_at desc, id desc);
--rollback create index payment_order_subscription on app.payment_order (organization_id, livemode,
--rollback     subscription_id, created_at desc, id desc);
--rollback create index payment_order_price on app.payment_order (organization_id, livemode, price_id);
--rollback create index payment_order_payment_method on app.payment_order (organization_id, livemode,
--rollback     customer_id, payment_method_id);
--rollback create index payment_order_agent on app.payment_order (organization_id, livemode,
--rollback     executing_agent_id, status);
--rollback create index provider_transaction_order on app.provider_transaction (organization_id, livemode,
--rollback     payment_order_id);
--rollback create index provider_transaction_attempt on app.provider_transaction (organization_id, livemode,
--rollback     payment_attempt_id);
--rollback create index provider_transaction_refund on app.provider_transaction (organization_id, livemode,
--rollback     refund_id);
