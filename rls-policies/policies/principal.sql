--liquibase formatted sql

--changeset hedgerow:policies-principal runOnChange:true splitStatements:false stripComments:false
--comment: Principals span tenants on purpose: only functions of hedgerow_auth read and write them.
set local role hedgerow_owner;
revoke all on app_private.principal from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select, insert, delete, update (tenant_active) on app_private.principal to hedgerow_auth;

drop policy if exists auth_reads on app_private.principal;
create policy auth_reads on app_private.principal for select to hedgerow_auth
    using (true);

drop policy if exists auth_adds on app_private.principal;
create policy auth_adds on app_private.principal for insert to hedgerow_auth
    with check (true);

drop policy if exists auth_follows_the_tenant on app_private.principal;
create policy auth_follows_the_tenant on app_private.principal for update to hedgerow_auth
    using (true)
    with check (true);

drop policy if exists auth_removes on app_private.principal;
create policy auth_removes on app_private.principal for delete to hedgerow_auth
    using (true);

drop policy if exists owner_lists_tenants on app_private.principal;
create policy owner_lists_tenants on app_private.principal for select to hedgerow_owner
    using (true);  -- app.verify_audit_log() must notice a tenant whose whole log is gone
reset role;
--rollback revoke all on app_private.principal from hedgerow_auth;
