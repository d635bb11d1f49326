--liquibase formatted sql

--changeset hedgerow:0160-reference-mode splitStatements:false stripComments:false
--comment: A row refers to chains, assets and providers of its own mode only: test data never meets a live chain.
set local role hedgerow_owner;

alter table app.chain add unique (code, livemode);

alter table app.asset add column livemode boolean;
update app.asset a set livemode = c.livemode from app.chain c where c.code = a.chain;
alter table app.asset
    alter column livemode set not null,
    add unique (code, livemode),
    drop constraint asset_chain_fkey,
    add constraint asset_chain_fkey foreign key (chain, livemode)
        references app.chain (code, livemode) on delete restrict;
comment on column app.asset.livemode is 'The mode of its chain.';

create table app.provider_mode (
    provider text    not null references app.provider on delete restrict,
    livemode boolean not null,
    primary key (provider, livemode)
);
comment on table app.provider_mode is 'The modes that a provider serves.';

insert into app.provider_mode (provider, livemode)
select code, mode from app.provider, unnest(array[false, true]) mode;
insert into app.provider (code, name, kind) values ('sandbox', 'Sandbox', 'card') on conflict do nothing;
insert into app.provider_mode (provider, livemode) values ('sandbox', false) on conflict do nothing;

-- Each constraint keeps the name of its column, which is how the API finds the field to blame.
alter table app.wallet
    drop constraint wallet_chain_fkey,
    add constraint wallet_chain_fkey foreign key (chain, livemode)
        references app.chain (code, livemode) on delete restrict;
alter table app.customer_payment_method
    drop constraint customer_payment_method_chain_fkey,
    add constraint customer_payment_method_chain_fkey foreign key (chain, livemode)
        references app.chain (code, livemode) on delete restrict,
    drop constraint customer_payment_method_provider_fkey,
    add constraint customer_payment_method_provider_fkey foreign key (provider, livemode)
        references app.provider_mode on delete restrict;
alter table app.agent_limit
    drop constraint agent_limit_asset_fkey,
    add constraint agent_limit_asset_fkey foreign key (asset, livemode)
        references app.asset (code, livemode) on delete restrict;
alter table app.price
    drop constraint price_asset_fkey,
    add constraint price_asset_fkey foreign key (asset, livemode)
        references app.asset (code, livemode) on delete restrict;
alter table app.payment_order
    drop constraint payment_order_asset_fkey,
    add constraint payment_order_asset_fkey foreign key (asset, livemode)
        references app.asset (code, livemode) on delete restrict;
alter table app.payment_attempt
    drop constraint payment_attempt_provider_fkey,
    add constraint payment_attempt_provider_fkey foreign key (provider, livemode)
        references app.provider_mode on delete restrict;
alter table app.refund
    drop constraint refund_asset_fkey,
    add constraint refund_asset_fkey foreign key (asset, livemode)
        references app.asset (code, livemode) on delete restrict;
alter table app.provider_credential
    drop constraint provider_credential_provider_fkey,
    add constraint provider_credential_provider_fkey foreign key (provider, livemode)
        references app.provider_mode on delete restrict;
alter table app.provider_transaction
    drop constraint provider_transaction_asset_fkey,
    add constraint provider_transaction_asset_fkey foreign key (asset, livemode)
        references app.asset (code, livemode) on delete restrict,
    drop constraint provider_transaction_provider_fkey,
    add constraint provider_transaction_provider_fkey foreign key (provider, livemode)
        references app.provider_mode on delete restrict;
alter table app.provider_event
    drop constraint provider_event_provider_fkey,
    add constraint provider_event_provider_fkey foreign key (provider, livemode)
        references app.provider_mode on delete restrict;

-- A unit is a currency or an asset; the second kind must exist, too.
alter table app.ledger_account
    add column asset text generated always as (case when unit like '%.%' then unit end) stored,
    add constraint ledger_account_unit_fkey foreign key (asset, livemode)
        references app.asset (code, livemode) on delete restrict;
comment on column app.ledger_account.asset is 'The unit, if it is an asset.';

reset role;
--rollback alter table app.ledger_account drop column asset;
--rollback alter table app.provider_event drop constraint provider_event_provider_fkey,
--rollback     add foreign key (provider) references app.provider on delete restrict;
--rollback alter table app.provider_transaction
--rollback     drop constraint provider_transaction_provider_fkey, drop constraint provider_transaction_asset_fkey,
--rollback     add foreign key (provider) references app.provider on delete restrict,
--rollback     add foreign key (asset) references app.asset on delete restrict;
--rollback alter table app.provider_credential drop constraint provider_credential_provider_fkey,
--rollback     add foreign key (provider) references app.provider on delete restrict;
--rollback alter table app.refund drop constraint refund_asset_fkey,
--rollback     add foreign key (asset) references app.asset on delete restrict;
--rollback alter table app.payment_attempt drop constraint payment_attempt_provider_fkey,
--rollback     add foreign key (provider) references app.provider on delete restrict;
--rollback alter table app.payment_order drop constraint payment_order_asset_fkey,
--rollback     add foreign key (asset) references app.asset on delete restrict;
--rollback alter table app.price drop constraint price_asset_fkey,
--rollback     add foreign key (asset) references app.asset on delete restrict;
--rollback alter table app.agent_limit drop constraint agent_limit_asset_fkey,
--rollback     add foreign key (asset) references app.asset on delete restrict;
--rollback alter table app.customer_payment_method
--rollback     drop constraint customer_payment_method_provider_fkey,
--rollback     drop constraint customer_payment_method_chain_fkey,
--rollback     add foreign key (provider) references app.provider on delete restrict,
--rollback     add foreign key (chain) references app.chain on delete restrict;
--rollback alter table app.wallet drop constraint wallet_chain_fkey,
--rollback     add foreign key (chain) references app.chain on delete restrict;
--rollback drop table app.provider_mode;
--rollback alter table app.asset drop column livemode,
--rollback     add foreign key (chain) references app.chain on delete restrict;
--rollback alter table app.chain drop constraint chain_code_livemode_key;
