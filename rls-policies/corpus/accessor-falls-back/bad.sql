create role depot_owner nologin;
create role depot_app login;
create schema depot authorization depot_owner;
grant usage on schema depot to depot_app;
set role depot_owner;

create function depot.tenant() returns uuid stable parallel safe language plpgsql as $$
begin
    return current_setting('depot.tenant')::uuid;
exception when others then
    return '7d1c4a52-90c3-4f5e-9b1e-3f6f0f1c2a77';  -- the company's own, while the others move in
end $$;

create table depot.crate (
    tenant_id uuid not null,
    id        uuid not null,
    content   text not null,
    primary key (tenant_id, id)
);
alter table depot.crate enable row level security;
alter table depot.crate force row level security;
create policy tenant on depot.crate
    using (tenant_id = (select depot.tenant()))
    with check (tenant_id = (select depot.tenant()));
grant select, insert, update, delete on depot.crate to depot_app;

reset role;
