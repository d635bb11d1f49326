--liquibase formatted sql

--changeset hedgerow:0200-customer-address splitStatements:false stripComments:false
--comment: Where a customer lives, in parts.
set local role hedgerow_owner;

alter table app.customer add column address jsonb
    check (address is null
           or jsonb_typeof(address) = 'object' and length(address::text) <= 2000
              and address - array['line1', 'line2', 'city', 'region', 'postal_code', 'country'] = '{}'
              and coalesce(address ->> 'country' ~ '^[A-Z]{2}$', false));
comment on column app.customer.address is
    'line1, line2, city, region, postal_code, and country (ISO 3166-1), which it always has.';

reset role;
--rollback alter table app.customer drop column address;
