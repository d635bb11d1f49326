--liquibase formatted sql

--changeset hedgerow:policies-audit-block runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins read the chain; the owner's trigger functions write it.
set local role hedgerow_owner;
revoke all on app.audit_block from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.audit_block to hedgerow_app;

drop policy if exists fence on app.audit_block;
create policy fence on app.audit_block as restrictive for all to public
    using      (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

drop policy if exists bosses_read on app.audit_block;
create policy bosses_read on app.audit_block for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists trigger_closes on app.audit_block;
create policy trigger_closes on app.audit_block for insert to hedgerow_owner
    with check (true);

drop policy if exists trigger_reads on app.audit_block;
create policy trigger_reads on app.audit_block for select to hedgerow_owner
    using (true);

-- app.trim_audit_log(); the trigger lets go of nothing else.
drop policy if exists trimming_removes on app.audit_block;
create policy trimming_removes on app.audit_block for delete to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.audit_block from hedgerow_app, hedgerow_worker, hedgerow_auth;
