--liquibase formatted sql

--changeset hedgerow:policies-agent runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins manage agents; an agent sees itself.
set local role hedgerow_owner;
revoke all on app.agent from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.agent to hedgerow_app;
grant insert (organization_id, livemode, id, name, agent_wallet_id, capabilities, model_provider, model_name,
    temperature, max_output_tokens, system_prompt, tools, supported_providers, supported_chains, created_by
   ) on app.agent to hedgerow_app;
grant update (name, status, agent_wallet_id, capabilities, model_provider, model_name, temperature, max_output_tokens,
    system_prompt, tools, supported_providers, supported_chains) on app.agent to hedgerow_app;
grant select on app.agent to hedgerow_worker;

drop policy if exists fence on app.agent;
create policy fence on app.agent as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.agent;
create policy people_read on app.agent for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_itself on app.agent;
create policy agent_reads_itself on app.agent for select to hedgerow_app
    using ((select app.role()) = 'agent' and id = (select app.agent_id()));

drop policy if exists bosses_add on app.agent;
create policy bosses_add on app.agent for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and created_by = (select app.actor()));

drop policy if exists bosses_update on app.agent;
create policy bosses_update on app.agent for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')))
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.agent;
create policy worker_reads on app.agent for select to hedgerow_worker
    using (true);

-- For app_private.check_attempt(), and for check_payer(), which locks the agent and changes nothing.
drop policy if exists attempt_check_reads on app.agent;
create policy attempt_check_reads on app.agent for select to hedgerow_owner
    using (true);

drop policy if exists payment_check_locks on app.agent;
create policy payment_check_locks on app.agent for update to hedgerow_owner
    using      (true)
    with check (false);
reset role;
--rollback revoke all on app.agent from hedgerow_app, hedgerow_worker, hedgerow_auth;
