--liquibase formatted sql

--changeset hedgerow:policies-prompt-template runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins write instructions for agents; people read them, and an agent reads its own.
set local role hedgerow_owner;
revoke all on app.prompt_template from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.prompt_template to hedgerow_app;
grant insert (organization_id, livemode, id, agent_id, name, number, body, created_by
   ) on app.prompt_template to hedgerow_app;

drop policy if exists fence on app.prompt_template;
create policy fence on app.prompt_template as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.prompt_template;
create policy people_read on app.prompt_template for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.prompt_template;
create policy agent_reads_its_own on app.prompt_template for select to hedgerow_app
    using ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));

drop policy if exists bosses_add on app.prompt_template;
create policy bosses_add on app.prompt_template for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and created_by = (select app.actor()));
reset role;
--rollback revoke all on app.prompt_template from hedgerow_app;
