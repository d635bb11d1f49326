--liquibase formatted sql

--changeset hedgerow:policies-turn runOnChange:true splitStatements:false stripComments:false
--comment: Turns span tenants on purpose: only app.take_turns() and app.end_turn() read and write them.
set local role hedgerow_owner;
revoke all on app_private.turn from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select, insert, update, delete on app_private.turn to hedgerow_auth;

drop policy if exists auth_reads on app_private.turn;
create policy auth_reads on app_private.turn for select to hedgerow_auth
    using (true);

drop policy if exists auth_adds on app_private.turn;
create policy auth_adds on app_private.turn for insert to hedgerow_auth
    with check (true);

drop policy if exists auth_gives on app_private.turn;
create policy auth_gives on app_private.turn for update to hedgerow_auth
    using      (true)
    with check (true);

drop policy if exists auth_removes on app_private.turn;
create policy auth_removes on app_private.turn for delete to hedgerow_auth
    using (true);
reset role;
--rollback revoke all on app_private.turn from hedgerow_auth;
