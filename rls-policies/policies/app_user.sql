--liquibase formatted sql

--changeset hedgerow:policies-app-user runOnChange:true splitStatements:false stripComments:false
--comment: People see and rename only themselves; sign-in finds and registers people.
set local role hedgerow_owner;
revoke all on app.app_user from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.app_user to hedgerow_app;
grant update (display_name, locale, time_zone) on app.app_user to hedgerow_app;
grant select on app.app_user to hedgerow_auth;
grant insert (display_name) on app.app_user to hedgerow_auth;

drop policy if exists fence on app.app_user;
create policy fence on app.app_user as restrictive for all to hedgerow_app, hedgerow_worker
    using      (id = (select app.user_id()))
    with check (id = (select app.user_id()));

drop policy if exists person_reads on app.app_user;
create policy person_reads on app.app_user for select to hedgerow_app
    using (true);

drop policy if exists person_updates on app.app_user;
create policy person_updates on app.app_user for update to hedgerow_app
    using      (true)
    with check (true);

drop policy if exists sign_in_reads on app.app_user;
create policy sign_in_reads on app.app_user for select to hedgerow_auth
    using (true);

drop policy if exists sign_in_registers on app.app_user;
create policy sign_in_registers on app.app_user for insert to hedgerow_auth
    with check (true);
reset role;
--rollback revoke all on app.app_user from hedgerow_app, hedgerow_worker, hedgerow_auth;
