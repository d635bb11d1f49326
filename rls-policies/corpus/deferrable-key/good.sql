create role plan_owner nologin;
create role plan_app login;
create schema plan authorization plan_owner;
grant usage on schema plan to plan_app;
set role plan_owner;

create function plan.tenant() returns uuid stable parallel safe
    return nullif(current_setting('plan.tenant', true), '')::uuid;
create table plan.project (
    tenant_id uuid not null,
    id        uuid not null,
    primary key (id)
);
create table plan.note (
    project_id uuid not null,
    id         uuid not null,
    body       text not null,
    primary key (project_id, id)
);
alter table plan.project enable row level security;
alter table plan.project force row level security;
alter table plan.note enable row level security;
alter table plan.note force row level security;
create policy tenant on plan.project
    using (tenant_id = (select plan.tenant()))
    with check (tenant_id = (select plan.tenant()));
create policy project on plan.note for select
    using (exists (select from plan.project p where p.id = note.project_id and p.tenant_id = (select plan.tenant())));
grant select, insert on plan.project to plan_app;
grant select on plan.note to plan_app;

reset role;
