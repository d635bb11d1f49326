--liquibase formatted sql

--changeset hedgerow:0080-product splitStatements:false stripComments:false
--comment: What a tenant sells, and for how much.
set local role hedgerow_owner;

create table app.product (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    name            text        not null check (length(name) between 1 and 200),
    description     text        check (length(description) <= 5000),
    image_url       text        check (image_url ~ '^https://' and length(image_url) <= 2000),
    active          boolean     not null default true,
    metadata        jsonb       not null default '{}'
                                check (jsonb_typeof(metadata) = 'object' and length(metadata::text) <= 20000),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id)
);
create index product_page on app.product (organization_id, livemode, created_at desc, id desc);
alter table app.product enable row level security;
alter table app.product force row level security;
create trigger touch before update on app.product for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.product for each row execute function app_private.audit();
comment on table app.product is 'A good or service.';

create table app.price (
    organization_id   uuid          not null references app.organization on delete restrict,
    livemode          boolean       not null,
    id                uuid          not null default app.uuidv7(),
    product_id        uuid          not null,
    kind              text          not null check (kind in ('one_off', 'recurring', 'tiered')),
    currency          text          check (currency ~ '^[A-Z]{3}$'),
    unit_amount_minor bigint        check (unit_amount_minor >= 0),
    asset             text          references app.asset on delete restrict,
    unit_amount       numeric(78,0) check (unit_amount >= 0),
    interval_unit     text          check (interval_unit in ('day', 'week', 'month', 'year')),
    interval_count    integer       check (interval_count between 1 and 36),
    tiers_mode        text          check (tiers_mode in ('graduated', 'volume')),
    active            boolean       not null default true,
    created_at        timestamptz   not null default now(),
    updated_at        timestamptz   not null default now(),
    version           integer       not null default 1,
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, product_id) references app.product on delete restrict,
    check (num_nonnulls(currency, asset) = 1),
    check ((unit_amount_minor is not null) = (currency is not null and kind <> 'tiered')),
    check ((unit_amount is not null) = (asset is not null)),
    check (kind <> 'tiered' or currency is not null),
    check ((interval_unit is not null) = (interval_count is not null)),
    check (kind <> 'recurring' or interval_unit is not null),
    check (kind <> 'one_off' or interval_unit is null),
    check ((kind = 'tiered') = (tiers_mode is not null))
);
create index price_product on app.price (organization_id, livemode, product_id, created_at desc, id desc);
create index price_page on app.price (organization_id, livemode, created_at desc, id desc);
alter table app.price enable row level security;
alter table app.price force row level security;
create trigger touch before update on app.price for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.price for each row execute function app_private.audit();
comment on table app.price is 'What one unit of a product costs: once, per interval, or by tiers.';
comment on column app.price.unit_amount is 'Base units of the asset.';

create table app.price_tier (
    organization_id   uuid        not null references app.organization on delete restrict,
    livemode          boolean     not null,
    id                uuid        not null default app.uuidv7(),
    price_id          uuid        not null,
    up_to             bigint      check (up_to > 0),
    unit_amount_minor bigint      not null check (unit_amount_minor >= 0),
    flat_amount_minor bigint      not null default 0 check (flat_amount_minor >= 0),
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    version           integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique nulls not distinct (organization_id, livemode, price_id, up_to),
    foreign key (organization_id, livemode, price_id) references app.price on delete cascade
);
alter table app.price_tier enable row level security;
alter table app.price_tier force row level security;
create trigger touch before update on app.price_tier for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.price_tier for each row
    execute function app_private.audit();
comment on table app.price_tier is 'A step of a tiered price.';
comment on column app.price_tier.up_to is 'The last unit of the step; null: all that follow.';

reset role;
--rollback drop table app.price_tier, app.price, app.product;
