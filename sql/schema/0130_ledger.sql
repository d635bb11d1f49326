--liquibase formatted sql

--changeset hedgerow:0130-ledger splitStatements:false stripComments:false
--comment: Double-entry book-keeping: every transaction sums to zero in every unit.
set local role hedgerow_owner;

create table app.ledger_account (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    code            text        not null check (code ~ '^[a-z][a-z0-9_]{0,62}$'),
    name            text        not null check (length(name) between 1 and 200),
    kind            text        not null check (kind in ('asset', 'liability', 'equity', 'revenue', 'expense')),
    unit            text        not null check (unit ~ '^([A-Z]{3}|[A-Z0-9]{2,12}[.][1-9][0-9]{0,17})$'),
    active          boolean     not null default true,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, code, unit),
    unique (organization_id, livemode, id, unit)
);
create index ledger_account_page on app.ledger_account (organization_id, livemode, created_at desc, id desc);
alter table app.ledger_account enable row level security;
alter table app.ledger_account force row level security;
create trigger touch before update on app.ledger_account for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.ledger_account for each row
    execute function app_private.audit();
comment on table app.ledger_account is 'An account of the tenant''s books, in one unit.';
comment on column app.ledger_account.unit is
    'An ISO 4217 currency (entries in minor units), or an asset (entries in base units).';

create table app.ledger_entry (
    organization_id  uuid          not null references app.organization on delete restrict,
    livemode         boolean       not null,
    id               uuid          not null default app.uuidv7(),
    transaction_id   uuid          not null,
    account_id       uuid          not null,
    unit             text          not null,
    amount           numeric(78,0) not null check (amount <> 0),
    payment_order_id uuid,
    refund_id        uuid,
    description      text          not null check (length(description) between 1 and 500),
    created_at       timestamptz   not null default now() check (created_at <= now()),
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, account_id, unit)
        references app.ledger_account (organization_id, livemode, id, unit) on delete restrict,
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (organization_id, livemode, refund_id) references app.refund on delete restrict
);
create index ledger_entry_page on app.ledger_entry (organization_id, livemode, created_at desc, id desc);
create index ledger_entry_transaction on app.ledger_entry (organization_id, livemode, transaction_id, unit);
create index ledger_entry_account
    on app.ledger_entry (organization_id, livemode, account_id, unit, created_at desc, id desc);
create index ledger_entry_order on app.ledger_entry (organization_id, livemode, payment_order_id);
create index ledger_entry_refund on app.ledger_entry (organization_id, livemode, refund_id);
alter table app.ledger_entry enable row level security;
alter table app.ledger_entry force row level security;
create trigger append_only before update or delete on app.ledger_entry for each row
    execute function app_private.append_only();
create trigger append_only_truncate before truncate on app.ledger_entry for each statement
    execute function app_private.append_only();
create trigger audit after insert or update or delete on app.ledger_entry for each row
    execute function app_private.audit();
comment on table app.ledger_entry is
    'A debit (positive) or credit (negative). Append-only: mistakes are reversed, not mended.';

-- Reads as hedgerow_owner, inside the fence: a writer who may not read entries must not commit an unbalanced set.
create function app_private.check_balance() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    balance numeric;
begin
    select sum(e.amount) into balance
      from app.ledger_entry e
     where e.organization_id = new.organization_id
       and e.livemode = new.livemode
       and e.transaction_id = new.transaction_id
       and e.unit = new.unit;
    -- An invisible transaction has no sum: that is no balance either.
    if balance is distinct from 0 then
        raise exception 'the entries of transaction % in % sum to %, not to 0', new.transaction_id, new.unit, balance
            using errcode = '23514', table = 'ledger_entry', constraint = 'ledger_entry_balance';
    end if;
    return null;
end
$$;
create constraint trigger balance after insert on app.ledger_entry
    deferrable initially deferred
    for each row execute function app_private.check_balance();

reset role;
--rollback drop table app.ledger_entry, app.ledger_account;
--rollback drop function app_private.check_balance();
