--liquibase formatted sql

--changeset hedgerow:policies-product runOnChange:true splitStatements:false stripComments:false
--comment: Members manage products; viewers and the worker read them.
set local role hedgerow_owner;
revoke all on app.product from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.product to hedgerow_app;
grant insert (organization_id, livemode, id, name, description, image_url, metadata) on app.product to hedgerow_app;
grant update (name, description, image_url, active, metadata) on app.product to hedgerow_app;
grant select on app.product to hedgerow_worker;

drop policy if exists fence on app.product;
create policy fence on app.product as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.product;
create policy people_read on app.product for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.product;
create policy staff_add on app.product for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_update on app.product;
create policy staff_update on app.product for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists worker_reads on app.product;
create policy worker_reads on app.product for select to hedgerow_worker
    using (true);
reset role;
--rollback revoke all on app.product from hedgerow_app, hedgerow_worker, hedgerow_auth;
