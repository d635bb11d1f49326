--liquibase formatted sql

--changeset hedgerow:0240-announced splitStatements:false stripComments:false
--comment: The worker reads an approval once to announce it, and open nonces by asset, however many there are.
set local role hedgerow_owner;

-- The worker looked, in each turn, for pending approvals of which no mail told. Noting that is no new version.
alter table app.approval add column announced_at timestamptz;
comment on column app.approval.announced_at is 'When the worker wrote to those who may decide.';
drop trigger touch on app.approval;
create trigger touch before update on app.approval for each row
    when (old.announced_at is not distinct from new.announced_at)
    execute function app_private.touch();
alter table app.approval no force row level security;
alter table app.approval disable trigger user;
alter table app.mail no force row level security;
update app.approval a
   set announced_at = now()
 where exists (select from app.mail m where m.organization_id = a.organization_id and m.livemode = a.livemode
                                        and m.approval_id = a.id);
alter table app.mail force row level security;
alter table app.approval enable trigger user;
alter table app.approval force row level security;

-- No policy speaks of announced_at, email or nonce, so that a look-up by primary key cannot take these (as at 0209).
create index approval_unannounced on app.approval (organization_id, livemode, expires_at)
    where status = 'pending' and decided_at is null and announced_at is null;
create index membership_boss on app.membership (organization_id, user_id)
    where role in ('owner', 'admin') and status = 'active' and email is not null;

-- A worker has the nonces of its own chains, in the order of the wallets; what is reserved is a part of them.
drop index app.chain_transaction_open;
create index chain_transaction_open on app.chain_transaction (organization_id, livemode, asset, wallet_id, nonce)
    where nonce >= 0 and status in ('reserved', 'signed', 'mined', 'needs_review');
create index chain_transaction_held on app.chain_transaction (organization_id, livemode, wallet_id)
    where nonce >= 0 and status in ('reserved', 'signed');

-- As at 0209.
alter table app.mail set (autovacuum_analyze_scale_factor = 0.01);

reset role;
--rollback alter table app.mail reset (autovacuum_analyze_scale_factor);
--rollback drop index app.chain_transaction_held, app.chain_transaction_open, app.membership_boss,
--rollback     app.approval_unannounced;
--rollback create index chain_transaction_open on app.chain_transaction (organization_id, livemode, wallet_id, nonce)
--rollback     where wallet_id is not null and status in ('reserved', 'signed', 'mined', 'needs_review');
--rollback drop trigger touch on app.approval;
--rollback create trigger touch before update on app.approval for each row execute function app_private.touch();
--rollback alter table app.approval drop column announced_at;
