--liquibase formatted sql

--changeset hedgerow:policies-price runOnChange:true splitStatements:false stripComments:false
--comment: Members create prices and take them off sale; the terms of a price never change.
set local role hedgerow_owner;
revoke all on app.price from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.price to hedgerow_app;
grant insert (organization_id, livemode, id, product_id, kind, currency, unit_amount_minor, asset, unit_amount,
    interval_unit, interval_count, tiers_mode) on app.price to hedgerow_app;
grant update (active) on app.price to hedgerow_app;
grant select on app.price to hedgerow_worker;

drop policy if exists fence on app.price;
create policy fence on app.price as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.price;
create policy people_read on app.price for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.price;
create policy staff_add on app.price for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_update on app.price;
create policy staff_update on app.price for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists worker_reads on app.price;
create policy worker_reads on app.price for select to hedgerow_worker
    using (true);
reset role;
--rollback revoke all on app.price from hedgerow_app, hedgerow_worker, hedgerow_auth;
