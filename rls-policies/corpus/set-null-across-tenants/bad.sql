create role org_owner nologin;
create role org_app login;
create schema org authorization org_owner;
grant usage on schema org to org_app;
set role org_owner;

create function org.tenant() returns uuid stable parallel safe
    return nullif(current_setting('org.tenant', true), '')::uuid;
create table org.project (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (id)
);
alter table org.project enable row level security;
alter table org.project force row level security;
create policy tenant on org.project
    using (tenant_id = (select org.tenant()))
    with check (tenant_id = (select org.tenant()));
grant select, insert, update, delete on org.project to org_app;

create table org.task (
    tenant_id uuid not null,
    id        uuid not null,
    project_id uuid references org.project on delete set null,
    primary key (tenant_id, id)
);
alter table org.task enable row level security;
alter table org.task force row level security;
create policy tenant on org.task
    using (tenant_id = (select org.tenant()))
    with check (tenant_id = (select org.tenant()));
grant select, insert, update, delete on org.task to org_app;
create index on org.task (project_id);

reset role;
