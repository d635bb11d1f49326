--liquibase formatted sql

--changeset hedgerow:policies-price-tier runOnChange:true splitStatements:false stripComments:false
--comment: Members add tiers to a price; a tier never changes.
set local role hedgerow_owner;
revoke all on app.price_tier from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.price_tier to hedgerow_app;
grant insert (organization_id, livemode, id, price_id, up_to, unit_amount_minor, flat_amount_minor
   ) on app.price_tier to hedgerow_app;
grant select on app.price_tier to hedgerow_worker;

drop policy if exists fence on app.price_tier;
create policy fence on app.price_tier as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.price_tier;
create policy people_read on app.price_tier for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.price_tier;
create policy staff_add on app.price_tier for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists worker_reads on app.price_tier;
create policy worker_reads on app.price_tier for select to hedgerow_worker
    using (true);
reset role;
--rollback revoke all on app.price_tier from hedgerow_app, hedgerow_worker, hedgerow_auth;
