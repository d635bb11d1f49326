--liquibase formatted sql

--changeset hedgerow:0030-audit splitStatements:false stripComments:false
--comment: Every change of a tenant table, in blocks that are chained by hash, one chain per tenant.
set local role hedgerow_owner;

create table app.audit_block (
    organization_id uuid        not null references app.organization on delete restrict,
    id              uuid        not null default app.uuidv7(),
    xact            xid8        not null default pg_current_xact_id(),
    number          bigint      check (number > 0),
    entries         bigint      check (entries > 0),
    previous_hash   bytea       check (octet_length(previous_hash) = 32),
    hash            bytea       check (octet_length(hash) = 32),
    created_at      timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, number),
    check (num_nulls(number, entries, previous_hash, hash) in (0, 4))
);
create unique index audit_block_open on app.audit_block (organization_id, xact) where hash is null;
alter table app.audit_block enable row level security;
alter table app.audit_block force row level security;
comment on table app.audit_block is
    'The changes that one transaction made in one tenant, chained to the block before. Closed when it commits.';
comment on column app.audit_block.hash is 'SHA-256 over the block before, the number and the digest of every entry.';

create table app.audit_log (
    organization_id uuid        not null,
    id              uuid        not null default app.uuidv7(),
    block_id        uuid        not null,
    livemode        boolean,
    actor           text        not null check (length(actor) <= 128),
    session_role    text        not null default session_user,
    action          text        not null check (action in ('insert', 'update', 'delete')),
    table_name      text        not null check (length(table_name) <= 63),
    row_id          text        not null,
    old_values      jsonb,
    new_values      jsonb,
    created_at      timestamptz not null default clock_timestamp(),
    primary key (organization_id, id),
    foreign key (organization_id, block_id) references app.audit_block on delete restrict
);
create index audit_log_page on app.audit_log (organization_id, created_at desc, id desc);
create index audit_log_block on app.audit_log (organization_id, block_id);
create index audit_log_row on app.audit_log (organization_id, table_name, row_id, id);
alter table app.audit_log enable row level security;
alter table app.audit_log force row level security;
comment on table app.audit_log is
    'Who changed which row of the tenant, and how. Append-only; app.verify_audit_log() checks it.';
comment on column app.audit_log.livemode is 'Null: the row belongs to live and test alike.';
comment on column app.audit_log.old_values is 'Of an update, the changed columns only. Secrets read [redacted].';

create table app_private.audit_head (
    organization_id uuid   primary key,
    blocks          bigint not null default 0,
    hash            bytea  not null check (octet_length(hash) = 32)
);
alter table app_private.audit_head enable row level security;
alter table app_private.audit_head force row level security;
comment on table app_private.audit_head is 'The end of each chain: without it, a chain cut short would look whole.';

create trigger append_only before update or delete on app.audit_log
    for each row execute function app_private.append_only();
create trigger append_only_truncate before truncate on app.audit_log
    for each statement execute function app_private.append_only();
create trigger append_only before delete on app.audit_block
    for each row execute function app_private.append_only();
create trigger append_only_closed before update on app.audit_block
    for each row when (old.hash is not null) execute function app_private.append_only();
create trigger append_only_truncate before truncate on app.audit_block
    for each statement execute function app_private.append_only();

reset role;
--rollback drop table app_private.audit_head, app.audit_log, app.audit_block;
