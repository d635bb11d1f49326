--liquibase formatted sql

--changeset hedgerow:0242-audit-checkpoint splitStatements:false stripComments:false
--comment: The oldest blocks of an audit log may go once a checkpoint stands for them; the chain goes on from there.
set local role hedgerow_owner;

create table app_private.audit_checkpoint (
    organization_id uuid        primary key,
    number          bigint      not null check (number > 0),
    entries         bigint      not null check (entries >= number),
    hash            bytea       not null check (octet_length(hash) = 32),
    created_at      timestamptz not null default now()
);
alter table app_private.audit_checkpoint enable row level security;
alter table app_private.audit_checkpoint force row level security;
create trigger forward before update on app_private.audit_checkpoint for each row
    when (new.number <= old.number or new.entries <= old.entries or new.organization_id <> old.organization_id)
    execute function app_private.append_only();
create trigger append_only before delete on app_private.audit_checkpoint
    for each row execute function app_private.append_only();
create trigger append_only_truncate before truncate on app_private.audit_checkpoint
    for each statement execute function app_private.append_only();
comment on table app_private.audit_checkpoint is
    'The last block of each chain that was verified to be removed, and how much was before it.';

-- Batches and no partitions: a look-up in the log by its row, its block or its transaction would search each of them.
drop trigger append_only on app.audit_log;
create trigger append_only before update on app.audit_log
    for each row execute function app_private.append_only();
create trigger covered before delete on app.audit_log
    for each row execute function app_private.check_entry_covered();
drop trigger append_only on app.audit_block;
create trigger append_only before update on app.audit_block
    for each row execute function app_private.append_only();
create trigger covered before delete on app.audit_block
    for each row execute function app_private.check_block_covered();

-- As at 0241.
alter table app.audit_log set (autovacuum_vacuum_scale_factor = 0.02);
alter table app.audit_block set (autovacuum_vacuum_scale_factor = 0.02);

reset role;
--rollback alter table app.audit_block reset (autovacuum_vacuum_scale_factor);
--rollback alter table app.audit_log reset (autovacuum_vacuum_scale_factor);
--rollback drop trigger covered on app.audit_block;
--rollback drop trigger append_only on app.audit_block;
--rollback create trigger append_only before update or delete on app.audit_block
--rollback     for each row execute function app_private.append_only();
--rollback drop trigger covered on app.audit_log;
--rollback drop trigger append_only on app.audit_log;
--rollback create trigger append_only before update or delete on app.audit_log
--rollback     for each row execute function app_private.append_only();
--rollback drop table app_private.audit_checkpoint;
