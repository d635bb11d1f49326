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

create function pay.read_charge(charge uuid) returns bigint stable security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
declare
    found_amount bigint;
begin
    raise log 'charge % read by %', charge, pay.tenant();
    select c.amount into found_amount from pay.charge c where c.tenant_id = pay.tenant() and c.id = charge;
    return found_amount;
end $$;
revoke execute on function pay.read_charge(uuid) from public;
grant execute on function pay.read_charge(uuid) to pay_app;

reset role;
