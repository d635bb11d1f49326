--liquibase formatted sql

--changeset hedgerow:policies-chain-signature runOnChange:true splitStatements:false stripComments:false
--comment: Only the worker signs, and only it reads what was signed.
set local role hedgerow_owner;
revoke all on app.chain_signature from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.chain_signature to hedgerow_worker;
grant insert (organization_id, livemode, chain_transaction_id, number, kind, transaction_hash, raw, max_fee,
    max_priority_fee) on app.chain_signature to hedgerow_worker;

drop policy if exists fence on app.chain_signature;
create policy fence on app.chain_signature as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists worker_reads on app.chain_signature;
create policy worker_reads on app.chain_signature for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.chain_signature;
create policy worker_adds on app.chain_signature for insert to hedgerow_worker
    with check (true);
reset role;
--rollback revoke all on app.chain_signature from hedgerow_app, hedgerow_worker, hedgerow_auth;
