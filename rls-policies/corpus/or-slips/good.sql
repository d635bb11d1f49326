create role team_owner nologin;
create role team_app login;
create schema team authorization team_owner;
grant usage on schema team to team_app;
set role team_owner;

create function team.tenant() returns uuid stable parallel safe
    return nullif(current_setting('team.tenant', true), '')::uuid;

create table team.task (
    tenant_id uuid not null,
    id        uuid not null,
    secret    boolean not null,
    featured  boolean not null,
    primary key (tenant_id, id)
);
alter table team.task enable row level security;
alter table team.task force row level security;
create policy tenant on team.task
    using (tenant_id = (select team.tenant()) and (not secret or featured));
grant select, insert, update, delete on team.task to team_app;

reset role;
