--liquibase formatted sql

--changeset hedgerow:policies-deposit runOnChange:true splitStatements:false stripComments:false
--comment: People read what arrived; owners and admins decide reviews; only the worker records and settles.
set local role hedgerow_owner;
revoke all on app.deposit from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.deposit to hedgerow_app;
grant update (asked, asked_by, asked_order_id, note) on app.deposit to hedgerow_app;
grant select on app.deposit to hedgerow_worker;
grant insert (organization_id, livemode, id, asset, recipient, sender, amount, transaction_hash, log_index,
    block_number, block_hash, block_time) on app.deposit to hedgerow_worker;
grant update (status, review_reason, payment_order_id, asked, asked_by, asked_order_id, note
   ) on app.deposit to hedgerow_worker;

drop policy if exists fence on app.deposit;
create policy fence on app.deposit as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.deposit;
create policy people_read on app.deposit for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists bosses_ask on app.deposit;
create policy bosses_ask on app.deposit for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')) and status = 'needs_review')
    with check ((select app.role() in ('owner', 'admin')) and status = 'needs_review'
                and asked_by = (select app.actor()));

drop policy if exists worker_reads on app.deposit;
create policy worker_reads on app.deposit for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.deposit;
create policy worker_adds on app.deposit for insert to hedgerow_worker
    with check (true);

-- What is decided stays so. The worker takes back a decision that cannot be carried out, and makes none.
drop policy if exists worker_settles on app.deposit;
create policy worker_settles on app.deposit for update to hedgerow_worker
    using      (status in ('received', 'needs_review'))
    with check (status <> 'received' and (status <> 'needs_review' or asked is null));
reset role;
--rollback revoke all on app.deposit from hedgerow_app, hedgerow_worker;
