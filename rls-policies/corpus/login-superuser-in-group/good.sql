create role rpt_owner nologin;
create role rpt_app login;
create role rpt_dba nologin superuser;
create role rpt_reader login;
create schema rpt authorization rpt_owner;
grant usage on schema rpt to rpt_app;
set role rpt_owner;

create function rpt.tenant() returns uuid stable parallel safe
    return nullif(current_setting('rpt.tenant', true), '')::uuid;

create table rpt.figure (
    tenant_id uuid not null,
    id        uuid not null,
    value     bigint not null,
    primary key (tenant_id, id)
);
alter table rpt.figure enable row level security;
alter table rpt.figure force row level security;
create policy tenant on rpt.figure
    using (tenant_id = (select rpt.tenant()))
    with check (tenant_id = (select rpt.tenant()));
grant select, insert, update, delete on rpt.figure to rpt_app;
grant select on rpt.figure to rpt_reader;

reset role;
grant usage on schema rpt to rpt_reader;
