--liquibase formatted sql

--changeset hedgerow:policies-wallet-key runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins have the server make keys; only the worker reads them; nobody replaces one.
set local role hedgerow_owner;
revoke all on app.wallet_key from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant insert (organization_id, livemode, id, key_id, nonce, ciphertext) on app.wallet_key to hedgerow_app;
grant select on app.wallet_key to hedgerow_worker;

drop policy if exists fence on app.wallet_key;
create policy fence on app.wallet_key as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists bosses_add on app.wallet_key;
create policy bosses_add on app.wallet_key for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.wallet_key;
create policy worker_reads on app.wallet_key for select to hedgerow_worker
    using (true);
reset role;
--rollback revoke all on app.wallet_key from hedgerow_app, hedgerow_worker, hedgerow_auth;
