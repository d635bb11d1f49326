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
    code      text not null,
    primary key (tenant_id, id)
);
alter table pay.charge enable row level security;
create policy tenant on pay.charge
    using (tenant_id = (select pay.tenant()))
    with check (tenant_id = (select pay.tenant()));
grant select, insert, update, delete on pay.charge to pay_app;

create table pay.tariff (code text primary key, price bigint not null);
grant select on pay.tariff to pay_app;

create function pay.charge_total(wanted uuid) returns bigint stable security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
declare
    total bigint;
begin
    select sum(t.price) into total
      from pay.tariff t, pay.charge c
     where c.code = t.code and c.tenant_id = wanted
       and c.tenant_id = pay.tenant();
    return total;
end $$;
revoke execute on function pay.charge_total(uuid) from public;
grant execute on function pay.charge_total(uuid) to pay_app;

reset role;
