--liquibase formatted sql

--changeset hedgerow:policies-ledger-account runOnChange:true splitStatements:false stripComments:false
--comment: People read the accounts; owners and admins name them; the worker opens them.
set local role hedgerow_owner;
revoke all on app.ledger_account from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.ledger_account to hedgerow_app;
grant insert (organization_id, livemode, id, code, name, kind, unit) on app.ledger_account to hedgerow_app;
grant update (name, active) on app.ledger_account to hedgerow_app;
grant select on app.ledger_account to hedgerow_worker;
grant insert (organization_id, livemode, id, code, name, kind, unit) on app.ledger_account to hedgerow_worker;

drop policy if exists fence on app.ledger_account;
create policy fence on app.ledger_account as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.ledger_account;
create policy people_read on app.ledger_account for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists bosses_add on app.ledger_account;
create policy bosses_add on app.ledger_account for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists bosses_update on app.ledger_account;
create policy bosses_update on app.ledger_account for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')))
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.ledger_account;
create policy worker_reads on app.ledger_account for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.ledger_account;
create policy worker_adds on app.ledger_account for insert to hedgerow_worker
    with check (true);
reset role;
--rollback revoke all on app.ledger_account from hedgerow_app, hedgerow_worker, hedgerow_auth;
