--liquibase formatted sql

--changeset hedgerow:policies-user-wallet runOnChange:true splitStatements:false stripComments:false
--comment: People see and label their own wallets; sign-in finds, registers and unlinks them.
set local role hedgerow_owner;
revoke all on app.user_wallet from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.user_wallet to hedgerow_app;
grant update (label) on app.user_wallet to hedgerow_app;
grant select on app.user_wallet to hedgerow_auth;
grant insert (user_id, address, chain_id, kind, verified_at) on app.user_wallet to hedgerow_auth;
grant delete on app.user_wallet to hedgerow_auth;

drop policy if exists fence on app.user_wallet;
create policy fence on app.user_wallet as restrictive for all to hedgerow_app, hedgerow_worker
    using      (user_id = (select app.user_id()))
    with check (user_id = (select app.user_id()));

drop policy if exists person_reads on app.user_wallet;
create policy person_reads on app.user_wallet for select to hedgerow_app
    using (true);

drop policy if exists person_labels on app.user_wallet;
create policy person_labels on app.user_wallet for update to hedgerow_app
    using      (true)
    with check (true);

drop policy if exists sign_in_reads on app.user_wallet;
create policy sign_in_reads on app.user_wallet for select to hedgerow_auth
    using (true);

drop policy if exists sign_in_registers on app.user_wallet;
create policy sign_in_registers on app.user_wallet for insert to hedgerow_auth
    with check (true);

drop policy if exists sign_in_unlinks on app.user_wallet;
create policy sign_in_unlinks on app.user_wallet for delete to hedgerow_auth
    using (true);
reset role;
--rollback revoke all on app.user_wallet from hedgerow_app, hedgerow_worker, hedgerow_auth;
