--liquibase formatted sql

--changeset hedgerow:policies-seal-key runOnChange:true splitStatements:false stripComments:false
--comment: The functions that seal and verify read the keys; the owner creates and retires them.
set local role hedgerow_owner;
revoke all on app_private.seal_key from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app_private.seal_key to hedgerow_auth;

drop policy if exists auth_reads on app_private.seal_key;
create policy auth_reads on app_private.seal_key for select to hedgerow_auth
    using (true);

drop policy if exists owner_reads on app_private.seal_key;
create policy owner_reads on app_private.seal_key for select to hedgerow_owner
    using (true);

drop policy if exists owner_creates on app_private.seal_key;
create policy owner_creates on app_private.seal_key for insert to hedgerow_owner
    with check (true);

drop policy if exists owner_retires on app_private.seal_key;
create policy owner_retires on app_private.seal_key for update to hedgerow_owner
    using (retired_at is null)
    with check (retired_at is not null);
reset role;
--rollback revoke all on app_private.seal_key from hedgerow_auth;
