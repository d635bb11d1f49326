--liquibase formatted sql

--changeset hedgerow:policies-provider-credential runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins write secrets and revoke them; only the worker reads them.
set local role hedgerow_owner;
revoke all on app.provider_credential from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, provider, label, key_id, hint, status, created_by, created_at,
    updated_at, version) on app.provider_credential to hedgerow_app;
grant insert (organization_id, livemode, id, provider, label, key_id, nonce, ciphertext, hint, created_by
   ) on app.provider_credential to hedgerow_app;
grant update (label, status, webhook_token_hash, webhook_key_id, webhook_nonce, webhook_ciphertext
   ) on app.provider_credential to hedgerow_app;
grant select on app.provider_credential to hedgerow_worker;

drop policy if exists fence on app.provider_credential;
create policy fence on app.provider_credential as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists bosses_read on app.provider_credential;
create policy bosses_read on app.provider_credential for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists bosses_add on app.provider_credential;
create policy bosses_add on app.provider_credential for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and created_by = (select app.actor()));

drop policy if exists bosses_update on app.provider_credential;
create policy bosses_update on app.provider_credential for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')))
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.provider_credential;
create policy worker_reads on app.provider_credential for select to hedgerow_worker
    using (true);
reset role;
--rollback revoke all on app.provider_credential from hedgerow_app, hedgerow_worker, hedgerow_auth;
