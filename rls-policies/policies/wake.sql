--liquibase formatted sql

--changeset hedgerow:policies-wake runOnChange:true splitStatements:false stripComments:false
--comment: Triggers of hedgerow_auth add, app.take_turns() removes. Nobody else reaches any.
set local role hedgerow_owner;
revoke all on app_private.wake from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select, insert, update, delete on app_private.wake to hedgerow_auth;

drop policy if exists auth_reads on app_private.wake;
create policy auth_reads on app_private.wake for select to hedgerow_auth
    using (true);

drop policy if exists auth_adds on app_private.wake;
create policy auth_adds on app_private.wake for insert to hedgerow_auth
    with check (true);

drop policy if exists auth_locks on app_private.wake;
create policy auth_locks on app_private.wake for update to hedgerow_auth
    using      (true)
    with check (false);

drop policy if exists auth_removes on app_private.wake;
create policy auth_removes on app_private.wake for delete to hedgerow_auth
    using (true);
reset role;
--rollback revoke all on app_private.wake from hedgerow_auth;
