--liquibase formatted sql

--changeset hedgerow:policies-mail runOnChange:true splitStatements:false stripComments:false
--comment: Whoever invites has the invitation sent; the worker adds what approvals need, and sends.
set local role hedgerow_owner;
revoke all on app.mail from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant insert (organization_id, livemode, id, invitation_id, secret_key_id, secret_nonce, secret_ciphertext
   ) on app.mail to hedgerow_app;
grant select on app.mail to hedgerow_worker;
grant insert (organization_id, livemode, id, approval_id, user_id) on app.mail to hedgerow_worker;
grant update (status, attempts, next_attempt_at, last_error, sent_at, secret_key_id, secret_nonce, secret_ciphertext
   ) on app.mail to hedgerow_worker;
grant delete on app.mail to hedgerow_worker;

drop policy if exists fence on app.mail;
create policy fence on app.mail as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists bosses_send on app.mail;
create policy bosses_send on app.mail for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and invitation_id is not null);

drop policy if exists worker_reads on app.mail;
create policy worker_reads on app.mail for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.mail;
create policy worker_adds on app.mail for insert to hedgerow_worker
    with check (approval_id is not null);

drop policy if exists worker_sends on app.mail;
create policy worker_sends on app.mail for update to hedgerow_worker
    using      (status in ('pending', 'failed'))
    with check (true);

drop policy if exists worker_removes on app.mail;
create policy worker_removes on app.mail for delete to hedgerow_worker
    using (status in ('sent', 'abandoned'));
reset role;
--rollback revoke all on app.mail from hedgerow_app, hedgerow_worker;
