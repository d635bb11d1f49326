--liquibase formatted sql

--changeset hedgerow:policies-audit-checkpoint runOnChange:true splitStatements:false stripComments:false
--comment: The owner's functions maintain the checkpoints of the chains; nobody else reads them.
set local role hedgerow_owner;
revoke all on app_private.audit_checkpoint
    from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;

drop policy if exists owner_reads on app_private.audit_checkpoint;
create policy owner_reads on app_private.audit_checkpoint for select to hedgerow_owner
    using (true);

drop policy if exists owner_begins on app_private.audit_checkpoint;
create policy owner_begins on app_private.audit_checkpoint for insert to hedgerow_owner
    with check (true);

drop policy if exists owner_advances on app_private.audit_checkpoint;
create policy owner_advances on app_private.audit_checkpoint for update to hedgerow_owner
    using (true)
    with check (true);
reset role;
--rollback drop policy owner_advances on app_private.audit_checkpoint;
