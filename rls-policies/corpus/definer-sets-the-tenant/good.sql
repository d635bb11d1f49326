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
alter table pay.charge force row level security;
create policy tenant on pay.charge
    using (tenant_id = (select pay.tenant()))
    with check (tenant_id = (select pay.tenant()));
grant select, insert, update, delete on pay.charge to pay_app;

create function pay.total(wanted uuid) returns bigint volatile security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
declare
    total bigint;
begin
    if wanted is distinct from pay.tenant() then
        raise exception 'not your tenant';
    end if;
    perform set_config('pay.tenant', wanted::text, true);
    select sum(c.amount) into total from pay.charge c;
    return total;
end $$;
revoke execute on function pay.total(uuid) from public;
grant execute on function pay.total(uuid) to pay_app;

reset role;
