create role pay_owner nologin;
create role pay_app login;
create schema pay authorization pay_owner;
grant usage on schema pay to pay_app;
set role pay_owner;

create function pay.tenant() returns uuid stable parallel safe
    return nullif(current_setting('pay.tenant', true), '')::uuid;
create table pay.charge (
    tenant_id uuid not null,
    id        uuid not null,
    amount    bigint not null,
    primary key (tenant_id, id)
);
alter table pay.charge enable row level security;
create policy tenant on pay.charge
    using (tenant_id = (select pay.tenant()))
    with check (tenant_id = (select pay.tenant()));
grant select, insert, update, delete on pay.charge to pay_app;

create function pay.charges_of(wanted uuid) returns setof pay.charge stable security definer language sql
    set search_path = pg_catalog, pg_temp
    as $$ select c.* from pay.charge c where c.tenant_id = wanted $$;
revoke execute on function pay.charges_of(uuid) from public;
grant execute on function pay.charges_of(uuid) to pay_app;

reset role;
