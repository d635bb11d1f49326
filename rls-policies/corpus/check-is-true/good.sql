create role log_owner nologin;
create role log_app login;
create schema log authorization log_owner;
grant usage on schema log to log_app;
set role log_owner;

create function log.tenant() returns uuid stable parallel safe
    return nullif(current_setting('log.tenant', true), '')::uuid;

create table log.line (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table log.line enable row level security;
alter table log.line force row level security;
create policy tenant on log.line
    using (tenant_id = (select log.tenant()));
grant select, insert, update, delete on log.line to log_app;

reset role;
