--liquibase formatted sql

--changeset hedgerow:policies-link-way runOnChange:true splitStatements:false stripComments:false
--comment: Ways span tenants on purpose: only app.find_payment_link() reads them, and a trigger writes them.
set local role hedgerow_owner;
revoke all on app_private.link_way from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select, insert, delete on app_private.link_way to hedgerow_auth;

drop policy if exists auth_reads on app_private.link_way;
create policy auth_reads on app_private.link_way for select to hedgerow_auth
    using (true);

drop policy if exists auth_adds on app_private.link_way;
create policy auth_adds on app_private.link_way for insert to hedgerow_auth
    with check (true);

drop policy if exists auth_removes on app_private.link_way;
create policy auth_removes on app_private.link_way for delete to hedgerow_auth
    using (true);
reset role;
--rollback revoke all on app_private.link_way from hedgerow_auth;
