--liquibase formatted sql

--changeset hedgerow:policies-idempotency-key runOnChange:true splitStatements:false stripComments:false
--comment: An actor finds its own requests again, and nobody else's. The worker removes expired ones.
set local role hedgerow_owner;
revoke all on app.idempotency_key from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.idempotency_key to hedgerow_app;
grant insert (organization_id, livemode, actor, key, method, path, request_hash, response_status, response_body,
    expires_at) on app.idempotency_key to hedgerow_app;
grant update (method, path, request_hash, response_status, response_body, created_at, expires_at
   ) on app.idempotency_key to hedgerow_app;
grant select (organization_id, livemode, actor, key, expires_at) on app.idempotency_key to hedgerow_worker;
grant delete on app.idempotency_key to hedgerow_worker;

drop policy if exists fence on app.idempotency_key;
create policy fence on app.idempotency_key as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists actor_reads on app.idempotency_key;
create policy actor_reads on app.idempotency_key for select to hedgerow_app
    using (actor = (select app.actor()));

drop policy if exists actor_adds on app.idempotency_key;
create policy actor_adds on app.idempotency_key for insert to hedgerow_app
    with check (actor = (select app.actor()));

-- A response stays unchanged until it expires; after that, the key can be used again.
drop policy if exists actor_answers on app.idempotency_key;
create policy actor_answers on app.idempotency_key for update to hedgerow_app
    using      (actor = (select app.actor()) and (response_status is null or expires_at <= now()))
    with check (actor = (select app.actor()));

drop policy if exists worker_reads on app.idempotency_key;
create policy worker_reads on app.idempotency_key for select to hedgerow_worker
    using (true);

drop policy if exists worker_removes on app.idempotency_key;
create policy worker_removes on app.idempotency_key for delete to hedgerow_worker
    using (expires_at <= now());
reset role;
--rollback revoke all on app.idempotency_key from hedgerow_app, hedgerow_worker, hedgerow_auth;
