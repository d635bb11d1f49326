--liquibase formatted sql

--changeset hedgerow:policies-audit-head runOnChange:true splitStatements:false stripComments:false
--comment: The owner's trigger functions maintain the heads of the chains; nobody else reads them.
set local role hedgerow_owner;
revoke all on app_private.audit_head from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;

drop policy if exists owner_reads on app_private.audit_head;
create policy owner_reads on app_private.audit_head for select to hedgerow_owner
    using (true);

drop policy if exists owner_begins on app_private.audit_head;
create policy owner_begins on app_private.audit_head for insert to hedgerow_owner
    with check (true);

drop policy if exists owner_advances on app_private.audit_head;
create policy owner_advances on app_private.audit_head for update to hedgerow_owner
    using (true)
    with check (true);
reset role;
--rollback drop policy owner_advances on app_private.audit_head;
