--liquibase formatted sql

--changeset hedgerow:permissions runOnChange:true splitStatements:false stripComments:false
--comment: Holds members to their permissions: restrictive policies of the tables behind each resource of the API.
set local role hedgerow_owner;

-- A narrowed member is bound with the permissions behind the role, in the variable that the seal covers.
-- This function does not verify the seal: the fence of the same table verifies it before any expression of
-- the statement runs. It returns NULL for "no": the planner assumes that nearly every row passes IS NOT
-- NULL, and every second row a boolean. With a boolean it would no longer keep the plan of a page.
create or replace function app.permits(resource text, action text) returns boolean
    language sql stable parallel safe
    return nullif(position(' ' in coalesce(app_private.bound_role(), '')) = 0
                  or position(' ' || resource || ':' || action || ' ' in app_private.bound_role() || ' ') > 0
                  or action = 'read'
                     and position(' ' || resource || ':write ' in app_private.bound_role() || ' ') > 0,
                  false);
comment on function app.permits(text, text) is
    'True if the permissions of the member let it read or write a resource, or if it has none; otherwise NULL.';
grant execute on function app.permits(text, text) to hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_owner;

-- Permission to write implies permission to read: an UPDATE has to see its row. The policies bind the
-- application's own statements only: triggers and functions that act for the database are not the work of a
-- member.
do $$
declare
    held record;
begin
    for held in
        select *
          from (values
              ('agent', 'agents'), ('agent_limit', 'agent_limits'), ('agent_log', 'agent_log'),
              ('api_key', 'api_keys'), ('approval', 'approvals'), ('audit_log', 'audit_log'),
              ('chain_signature', 'chain_transactions'), ('chain_transaction', 'chain_transactions'),
              ('checkout', 'payment_links'),
              ('customer', 'customers'), ('customer_payment_method', 'payment_methods'), ('deposit', 'deposits'),
              ('deposit_request', 'deposits'), ('deposit_scan', 'deposits'),
              ('invitation', 'invitations'), ('ledger_account', 'ledger_accounts'),
              ('ledger_entry', 'ledger_entries'), ('mail', 'invitations'),
              ('membership', 'memberships'), ('organization', 'organizations'),
              ('payment_attempt', 'payment_attempts'), ('payment_link', 'payment_links'),
              ('payment_order', 'payment_orders'), ('price', 'prices'), ('price_tier', 'prices'),
              ('product', 'products'), ('prompt_template', 'prompt_templates'),
              ('provider_credential', 'provider_credentials'),
              ('provider_event', 'provider_events'), ('provider_request', 'provider_requests'),
              ('provider_transaction', 'provider_transactions'),
              ('refund', 'refunds'), ('subscription', 'subscriptions'),
              ('subscription_period', 'subscription_periods'), ('test_clock', 'test_clocks'), ('wallet', 'wallets'),
              ('wallet_key', 'wallets'),
              ('webhook_delivery', 'webhook_deliveries'), ('webhook_endpoint', 'webhook_endpoints')
          ) as list (relation, resource)
    loop
        execute format('drop policy if exists permitted_reads on app.%I', held.relation);
        execute format('drop policy if exists permitted_inserts on app.%I', held.relation);
        execute format('drop policy if exists permitted_updates on app.%I', held.relation);
        execute format('drop policy if exists permitted_deletes on app.%I', held.relation);
        execute format('create policy permitted_reads on app.%I as restrictive for select to hedgerow_app '
                       'using ((select app.permits(%L, ''read'')) is not null)', held.relation, held.resource);
        execute format('create policy permitted_inserts on app.%I as restrictive for insert to hedgerow_app '
                       'with check ((select app.permits(%L, ''write'')) is not null)', held.relation, held.resource);
        execute format('create policy permitted_updates on app.%I as restrictive for update to hedgerow_app '
                       'using ((select app.permits(%2$L, ''write'')) is not null) '
                       'with check ((select app.permits(%2$L, ''write'')) is not null)', held.relation, held.resource);
        execute format('create policy permitted_deletes on app.%I as restrictive for delete to hedgerow_app '
                       'using ((select app.permits(%L, ''write'')) is not null)', held.relation, held.resource);
    end loop;
    -- Whoever changes a row writes its event.
    execute 'drop policy if exists permitted_reads on app.outbox_event';
    execute 'create policy permitted_reads on app.outbox_event as restrictive for select to hedgerow_app '
            'using ((select app.permits(''events'', ''read'')) is not null)';
end
$$;
reset role;
--rollback empty
