create role opt_owner nologin;
create role opt_app login;
create schema opt authorization opt_owner;
grant usage on schema opt to opt_app;
set role opt_owner;

create function opt.tenant() returns uuid stable parallel safe
    return nullif(current_setting('opt.tenant', true), '')::uuid;

create table opt.thing (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table opt.thing enable row level security;
alter table opt.thing force row level security;
create policy tenant on opt.thing
    using (tenant_id = (select opt.tenant()))
    with check (tenant_id = (select opt.tenant()));
grant select, insert, update, delete on opt.thing to opt_app;

reset role;
