--liquibase formatted sql

--changeset hedgerow:policies-outbox-event runOnChange:true splitStatements:false stripComments:false
--comment: Whoever changes something writes its event in the same transaction; the worker writes outcomes and publishes.
set local role hedgerow_owner;
revoke all on app.outbox_event from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.outbox_event to hedgerow_app;
grant insert (organization_id, livemode, id, type, subject_type, subject_id, payload
   ) on app.outbox_event to hedgerow_app;
grant select on app.outbox_event to hedgerow_worker;
grant insert (organization_id, livemode, id, type, subject_type, subject_id, payload
   ) on app.outbox_event to hedgerow_worker;
grant update (published_at, sequence) on app.outbox_event to hedgerow_worker;
grant delete on app.outbox_event to hedgerow_worker;

drop policy if exists fence on app.outbox_event;
create policy fence on app.outbox_event as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

-- An event carries the row that it is about, so that a role that cannot read the row cannot read the event either.
drop policy if exists people_read on app.outbox_event;
drop policy if exists bosses_read on app.outbox_event;
create policy bosses_read on app.outbox_event for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin'))
           and subject_type not in ('chain_signature', 'checkout', 'deposit_request', 'deposit_scan', 'mail',
                                    'wallet_key'));

drop policy if exists member_reads on app.outbox_event;
create policy member_reads on app.outbox_event for select to hedgerow_app
    using ((select app.role()) = 'member'
           and subject_type not in ('api_key', 'audit_block', 'audit_log', 'chain_signature', 'checkout',
                                    'deposit_request', 'deposit_scan', 'invitation', 'mail', 'provider_credential',
                                    'provider_event', 'wallet_key'));

drop policy if exists viewer_reads on app.outbox_event;
create policy viewer_reads on app.outbox_event for select to hedgerow_app
    using ((select app.role()) = 'viewer'
           and subject_type not in ('api_key', 'audit_block', 'audit_log', 'chain_signature', 'checkout',
                                    'deposit_request', 'deposit_scan', 'invitation', 'mail', 'provider_credential',
                                    'provider_event', 'wallet_key', 'webhook_delivery', 'webhook_endpoint'));

-- Subscribers rely on events when they ship goods: each role writes the types that its own requests cause,
-- and only the worker reports the outcome of a payment.
drop policy if exists everyone_adds on app.outbox_event;
drop policy if exists staff_add on app.outbox_event;
create policy staff_add on app.outbox_event for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member'))
                and type in ('approval.created',
                             'customer.created', 'customer.updated', 'customer.archived', 'customer.restored',
                             'payment_link.created', 'payment_link.updated', 'payment_link.disabled',
                             'payment_link.enabled',
                             'payment_method.created', 'payment_method.detached',
                             'payment_order.created', 'payment_order.updated', 'payment_order.confirmed',
                             'payment_order.canceled',
                             'price.created', 'price.activated', 'price.deactivated',
                             'product.created', 'product.updated',
                             'refund.created', 'refund.canceled',
                             'subscription.created', 'subscription.updated', 'subscription.begun',
                             'subscription.paused', 'subscription.resumed', 'subscription.canceled',
                             'test_clock.created', 'test_clock.advanced'));

drop policy if exists bosses_add on app.outbox_event;
create policy bosses_add on app.outbox_event for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin'))
                and type in ('access.explained',
                             'agent.created', 'agent.updated', 'agent.active', 'agent.paused', 'agent.retired',
                             'agent_limit.created', 'agent_limit.updated',
                             'approval.approved', 'approval.rejected', 'prompt_template.created',
                             'wallet.created', 'wallet.updated', 'wallet.frozen', 'wallet.active', 'wallet.retired',
                             'webhook_endpoint.test'));

drop policy if exists agent_adds on app.outbox_event;
create policy agent_adds on app.outbox_event for insert to hedgerow_app
    with check ((select app.role()) = 'agent'
                and type in ('approval.created', 'payment_order.created', 'payment_order.confirmed'));

drop policy if exists worker_reads on app.outbox_event;
create policy worker_reads on app.outbox_event for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.outbox_event;
create policy worker_adds on app.outbox_event for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_publishes on app.outbox_event;
create policy worker_publishes on app.outbox_event for update to hedgerow_worker
    using      (true)
    with check (true);

drop policy if exists worker_removes on app.outbox_event;
create policy worker_removes on app.outbox_event for delete to hedgerow_worker
    using (published_at is not null);
reset role;
--rollback revoke all on app.outbox_event from hedgerow_app, hedgerow_worker, hedgerow_auth;
