create role gym_owner nologin;
create role gym_app login;
create schema gym authorization gym_owner;
grant usage on schema gym to gym_app;
set role gym_owner;

create function gym.tenant() returns uuid stable parallel safe
    return nullif(current_setting('gym.tenant', true), '')::uuid;

create table gym.member (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table gym.member enable row level security;
alter table gym.member force row level security;
create policy tenant on gym.member
    using (tenant_id = (select gym.tenant()))
    with check (tenant_id = (select gym.tenant()));
grant select, insert, update, delete on gym.member to gym_app;

reset role;
alter role gym_app set row_security = off;
