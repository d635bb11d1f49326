--liquibase formatted sql

--changeset hedgerow:policies-user-identity runOnChange:true splitStatements:false stripComments:false
--comment: People see their own identities; sign-in finds, registers and unlinks them.
set local role hedgerow_owner;
revoke all on app.user_identity from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.user_identity to hedgerow_app;
grant select on app.user_identity to hedgerow_auth;
grant insert (user_id, kind, issuer, subject, email, verified_at) on app.user_identity to hedgerow_auth;
grant delete on app.user_identity to hedgerow_auth;

drop policy if exists fence on app.user_identity;
create policy fence on app.user_identity as restrictive for all to hedgerow_app, hedgerow_worker
    using      (user_id = (select app.user_id()))
    with check (user_id = (select app.user_id()));

drop policy if exists person_reads on app.user_identity;
create policy person_reads on app.user_identity for select to hedgerow_app
    using (true);

drop policy if exists sign_in_reads on app.user_identity;
create policy sign_in_reads on app.user_identity for select to hedgerow_auth
    using (true);

drop policy if exists sign_in_registers on app.user_identity;
create policy sign_in_registers on app.user_identity for insert to hedgerow_auth
    with check (true);

drop policy if exists sign_in_unlinks on app.user_identity;
create policy sign_in_unlinks on app.user_identity for delete to hedgerow_auth
    using (true);
reset role;
--rollback revoke all on app.user_identity from hedgerow_app, hedgerow_worker, hedgerow_auth;
