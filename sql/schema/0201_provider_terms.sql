--liquibase formatted sql

--changeset hedgerow:0201-provider-terms splitStatements:false stripComments:false
--comment: What providers take, where, and on which terms. A payment method must be one that its provider takes.
set local role hedgerow_owner;

alter table app.provider
    add column methods   text[] not null default '{}'
        check (methods <@ array['card', 'bank_account', 'sepa_debit', 'wallet']),
    add column countries text[] not null default '{}'
        check (array_to_string(countries, ' ', '?') ~ '^([A-Z]{2}( |$))*$' and cardinality(countries) <= 300);
comment on column app.provider.methods is 'Kinds of payment methods that it takes.';
comment on column app.provider.countries is 'Where it takes payments, ISO 3166-1; empty: everywhere.';

create table app.provider_currency (
    provider         text        not null references app.provider on delete restrict,
    currency         text        not null check (currency ~ '^[A-Z]{3}$'),
    fee_basis_points integer     not null default 0 check (fee_basis_points between 0 and 10000),
    fee_fixed_minor  bigint      not null default 0 check (fee_fixed_minor >= 0),
    minimum_minor    bigint      not null default 1 check (minimum_minor >= 1),
    maximum_minor    bigint      check (maximum_minor >= minimum_minor),
    created_at       timestamptz not null default now(),
    primary key (provider, currency)
);
comment on table app.provider_currency is 'A currency that a provider takes, what it charges, and within which limits.';
comment on column app.provider_currency.fee_basis_points is 'Of the amount, in hundredths of a percent.';
comment on column app.provider_currency.maximum_minor is 'The largest payment; null: any.';

update app.provider
   set methods = case kind when 'card' then array['card'] when 'bank' then array['bank_account', 'sepa_debit']
                           else array['wallet'] end;
update app.provider set methods = array['card', 'bank_account', 'sepa_debit'] where code = 'stripe';
update app.provider set methods = array['card', 'sepa_debit'] where code = 'adyen';
update app.provider
   set countries = array['AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GR', 'HR', 'HU',
                         'IE', 'IS', 'IT', 'LI', 'LT', 'LU', 'LV', 'MC', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI',
                         'SK', 'SM', 'VA']
 where code = 'sepa';
insert into app.provider_currency (provider, currency, fee_basis_points, fee_fixed_minor, minimum_minor, maximum_minor)
values ('stripe', 'EUR', 150, 25, 50, 99999999), ('stripe', 'GBP', 150, 20, 30, 99999999),
       ('stripe', 'USD', 290, 30, 50, 99999999), ('adyen', 'EUR', 60, 11, 1, null), ('adyen', 'USD', 60, 13, 1, null),
       ('sepa', 'EUR', 0, 20, 1, 99999999999);

-- After the policies, which refuse another tenant's row first. An unknown provider is refused by the foreign key.
create function app_private.check_payment_method() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (select new.kind <> all (p.methods) from app.provider p where p.code = new.provider) then
        raise exception 'the provider does not take this kind of payment method'
            using errcode = '23514', table = 'customer_payment_method',
                  constraint = 'customer_payment_method_kind_check';
    elsif make_date(new.expires_year, new.expires_month, 1) + interval '1 month' <= now() then
        raise exception 'the card has expired'
            using errcode = '23514', table = 'customer_payment_method',
                  constraint = 'customer_payment_method_expires_year_check';
    end if;
    return null;
end
$$;
create trigger usable after insert on app.customer_payment_method for each row
    execute function app_private.check_payment_method();

reset role;
--rollback drop trigger usable on app.customer_payment_method;
--rollback drop function app_private.check_payment_method();
--rollback drop table app.provider_currency;
--rollback alter table app.provider drop column methods, drop column countries;
