--liquibase formatted sql

--changeset hedgerow:policies-wallet runOnChange:true splitStatements:false stripComments:false
--comment: Everyone reads addresses, agents too; owners and admins manage wallets.
set local role hedgerow_owner;
revoke all on app.wallet from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, kind, chain, address, label, status, created_by, created_at, updated_at,
    version) on app.wallet to hedgerow_app;
grant insert (organization_id, livemode, id, kind, chain, address, label, created_by) on app.wallet to hedgerow_app;
grant update (label, status) on app.wallet to hedgerow_app;
grant select on app.wallet to hedgerow_worker;
grant update (status) on app.wallet to hedgerow_worker;

drop policy if exists fence on app.wallet;
create policy fence on app.wallet as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists everyone_reads on app.wallet;
create policy everyone_reads on app.wallet for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer', 'agent')));

drop policy if exists bosses_add on app.wallet;
create policy bosses_add on app.wallet for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and created_by = (select app.actor()));

drop policy if exists bosses_update on app.wallet;
create policy bosses_update on app.wallet for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')))
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.wallet;
create policy worker_reads on app.wallet for select to hedgerow_worker
    using (true);

-- The worker freezes a wallet whose key somebody else uses.
drop policy if exists worker_freezes on app.wallet;
create policy worker_freezes on app.wallet for update to hedgerow_worker
    using      (status = 'active')
    with check (status = 'frozen');

-- app_private.check_payer() reads and locks the wallet, and changes nothing.
drop policy if exists payment_check_reads on app.wallet;
create policy payment_check_reads on app.wallet for select to hedgerow_owner
    using (true);

drop policy if exists payment_check_locks on app.wallet;
create policy payment_check_locks on app.wallet for update to hedgerow_owner
    using      (true)
    with check (false);
reset role;
--rollback revoke all on app.wallet from hedgerow_app, hedgerow_worker, hedgerow_auth;
