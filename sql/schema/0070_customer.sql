--liquibase formatted sql

--changeset hedgerow:0070-customer splitStatements:false stripComments:false
--comment: Customers of a tenant, and how they pay.
set local role hedgerow_owner;

create table app.customer (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    name            text        not null check (length(name) between 1 and 200),
    email           text        check (email = lower(email) and email like '_%@_%' and length(email) <= 320),
    phone           text        check (phone ~ '^[+][0-9]{4,20}$'),
    country         text        check (country ~ '^[A-Z]{2}$'),
    wallet_address  text        check (wallet_address ~ '^0x[0-9a-f]{40}$'),
    description     text        check (length(description) <= 1000),
    metadata        jsonb       not null default '{}'
                                check (jsonb_typeof(metadata) = 'object' and length(metadata::text) <= 20000),
    archived_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id)
);
create index customer_page on app.customer (organization_id, livemode, created_at desc, id desc);
create index customer_email on app.customer (organization_id, livemode, email) where email is not null;
alter table app.customer enable row level security;
alter table app.customer force row level security;
create trigger touch before update on app.customer for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.customer for each row
    execute function app_private.audit();
comment on table app.customer is 'Someone who pays the tenant. Archived, never deleted: orders refer to it.';

create table app.customer_payment_method (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    customer_id     uuid        not null,
    kind            text        not null check (kind in ('card', 'bank_account', 'sepa_debit', 'wallet')),
    provider        text        not null references app.provider on delete restrict,
    provider_token  text        check (length(provider_token) <= 500),
    brand           text        check (length(brand) <= 50),
    last4           text        check (last4 ~ '^[0-9A-Za-z]{4}$'),
    expires_month   integer     check (expires_month between 1 and 12),
    expires_year    integer     check (expires_year between 2000 and 2100),
    chain           text        references app.chain on delete restrict,
    wallet_address  text        check (wallet_address ~ '^0x[0-9a-f]{40}$'),
    status          text        not null default 'active' check (status in ('active', 'expired', 'detached')),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, customer_id, id),
    foreign key (organization_id, livemode, customer_id) references app.customer on delete restrict,
    check ((kind = 'wallet') = (wallet_address is not null)),
    check ((chain is not null) = (wallet_address is not null)),
    check ((kind = 'card') = (expires_month is not null and expires_year is not null))
);
create index customer_payment_method_page
    on app.customer_payment_method (organization_id, livemode, created_at desc, id desc);
create index customer_payment_method_customer
    on app.customer_payment_method (organization_id, livemode, customer_id, created_at desc, id desc);
alter table app.customer_payment_method enable row level security;
alter table app.customer_payment_method force row level security;
create trigger touch before update on app.customer_payment_method for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.customer_payment_method for each row
    execute function app_private.audit('provider_token');
create trigger transitions before insert or update on app.customer_payment_method for each row
    execute function app_private.check_transition('status', ':active', 'active:expired', 'active:detached',
                                                  'expired:detached');
comment on table app.customer_payment_method is
    'How a customer pays. Numbers of cards and accounts stay with the provider.';
comment on column app.customer_payment_method.provider_token is
    'What the provider charges. Written by the application, read by the worker.';

reset role;
--rollback drop table app.customer_payment_method, app.customer;
