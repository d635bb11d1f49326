--liquibase formatted sql

--changeset hedgerow:policies-tenant-suspension runOnChange:true splitStatements:false stripComments:false
--comment: The operator keeps suspensions; binding and sign-in read them. The application reaches none.
set local role hedgerow_owner;
revoke all on app_private.tenant_suspension
    from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id) on app_private.tenant_suspension to hedgerow_auth;

drop policy if exists auth_reads on app_private.tenant_suspension;
create policy auth_reads on app_private.tenant_suspension for select to hedgerow_auth
    using (true);

drop policy if exists operator_keeps on app_private.tenant_suspension;
create policy operator_keeps on app_private.tenant_suspension for all to hedgerow_owner
    using      (organization_id = (select app.organization_id()) and (select app.actor()) = 'system:operator')
    with check (organization_id = (select app.organization_id()) and (select app.actor()) = 'system:operator');
reset role;
--rollback revoke all on app_private.tenant_suspension from hedgerow_auth;
