--liquibase formatted sql

--changeset hedgerow:policies-audit-log runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins read what was done; the owner's trigger functions write it.
set local role hedgerow_owner;
revoke all on app.audit_log from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.audit_log to hedgerow_app;

drop policy if exists fence on app.audit_log;
create policy fence on app.audit_log as restrictive for all to public
    using      (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

-- A null mode stands for both live and test.
drop policy if exists bosses_read on app.audit_log;
create policy bosses_read on app.audit_log for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin'))
           and (livemode is null or livemode = (select app.livemode())));

drop policy if exists trigger_writes on app.audit_log;
create policy trigger_writes on app.audit_log for insert to hedgerow_owner
    with check (true);

-- The chain spans both modes.
drop policy if exists verification_reads on app.audit_log;
create policy verification_reads on app.audit_log for select to hedgerow_owner
    using (true);

-- app.trim_audit_log(); the trigger lets go of nothing else.
drop policy if exists trimming_removes on app.audit_log;
create policy trimming_removes on app.audit_log for delete to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.audit_log from hedgerow_app, hedgerow_worker, hedgerow_auth;
