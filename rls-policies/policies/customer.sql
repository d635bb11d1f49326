--liquibase formatted sql

--changeset hedgerow:policies-customer runOnChange:true splitStatements:false stripComments:false
--comment: Members manage customers; viewers and the worker read them; the worker adds payers of links; agents do not.
set local role hedgerow_owner;
revoke all on app.customer from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.customer to hedgerow_app;
grant insert (organization_id, livemode, id, name, email, phone, country, address, wallet_address, description,
    metadata) on app.customer to hedgerow_app;
grant update (name, email, phone, country, address, wallet_address, description, metadata, archived_at
   ) on app.customer to hedgerow_app;
grant select on app.customer to hedgerow_worker;
grant insert (organization_id, livemode, id, name, country) on app.customer to hedgerow_worker;

drop policy if exists fence on app.customer;
create policy fence on app.customer as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.customer;
create policy people_read on app.customer for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.customer;
create policy staff_add on app.customer for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_update on app.customer;
create policy staff_update on app.customer for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists worker_reads on app.customer;
create policy worker_reads on app.customer for select to hedgerow_worker
    using (true);

-- Who pays by a payment link is nobody's customer before.
drop policy if exists worker_adds on app.customer;
create policy worker_adds on app.customer for insert to hedgerow_worker
    with check (true);

-- No delete policy on purpose: a customer is archived, never deleted.
reset role;
--rollback revoke all on app.customer from hedgerow_app, hedgerow_worker, hedgerow_auth;
