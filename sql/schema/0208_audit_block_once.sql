--liquibase formatted sql

--changeset hedgerow:0208-audit-block-once splitStatements:false stripComments:false
--comment: An audit block is written once, when it closes, and its id follows from the transaction.
set local role hedgerow_owner;

-- The trigger that closes a block is now one of its entries.
drop trigger if exists close_block on app.audit_block;
drop function if exists app_private.open_audit_block(uuid);

-- The check of the first key took the index that begins with the tenant alone, and so read all blocks of the tenant,
-- wherever it was planned while there were few. The transaction that writes an entry writes its block, in a session
-- that is bound to the tenant; nothing removes either.
alter table app.audit_log drop constraint audit_log_organization_id_block_id_fkey;
alter table app.audit_block drop constraint audit_block_organization_id_fkey;

drop policy if exists trigger_opens on app.audit_block;
drop policy if exists trigger_closes on app.audit_block;
drop trigger append_only_closed on app.audit_block;
drop trigger append_only on app.audit_block;
create trigger append_only before update or delete on app.audit_block
    for each row execute function app_private.append_only();
drop index app.audit_block_open;
alter table app.audit_block
    drop column xact,
    alter column id drop default,
    alter column number set not null,
    alter column entries set not null,
    alter column previous_hash set not null,
    alter column hash set not null,
    drop constraint audit_block_check;
comment on table app.audit_block is
    'The changes that one transaction made in one tenant, chained to the block before when it commits.';

-- The planner takes all entries of a tenant for those of one block, if its statistics are of a time when they were.
-- What it is told instead counts from the next ANALYZE on: a thousand rows of each tenant, and two entries in a block.
alter table app.audit_log
    alter column organization_id set (n_distinct = -0.001),
    alter column block_id set (n_distinct = -0.5);
alter table app.audit_block alter column organization_id set (n_distinct = -0.001);

alter table app_private.audit_head
    alter column blocks drop default,
    add column previous bytea check (octet_length(previous) = 32);
comment on column app_private.audit_head.previous is 'The hash before; null: none was chained since it is kept.';

reset role;
--rollback alter table app_private.audit_head drop column previous, alter column blocks set default 0;
--rollback alter table app.audit_log
--rollback     alter column organization_id reset (n_distinct), alter column block_id reset (n_distinct);
--rollback alter table app.audit_block
--rollback     alter column organization_id reset (n_distinct),
--rollback     add column xact xid8 not null default pg_current_xact_id(),
--rollback     alter column id set default app.uuidv7(),
--rollback     alter column number drop not null,
--rollback     alter column entries drop not null,
--rollback     alter column previous_hash drop not null,
--rollback     alter column hash drop not null,
--rollback     add check (num_nulls(number, entries, previous_hash, hash) in (0, 4));
--rollback create unique index audit_block_open on app.audit_block (organization_id, xact) where hash is null;
--rollback drop trigger append_only on app.audit_block;
--rollback create trigger append_only before delete on app.audit_block
--rollback     for each row execute function app_private.append_only();
--rollback create trigger append_only_closed before update on app.audit_block
--rollback     for each row when (old.hash is not null) execute function app_private.append_only();
--rollback alter table app.audit_log add foreign key (organization_id, block_id) references app.audit_block
--rollback     on delete restrict;
--rollback alter table app.audit_block add foreign key (organization_id) references app.organization on delete restrict;
