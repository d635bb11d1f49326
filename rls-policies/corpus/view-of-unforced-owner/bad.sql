create role pub_owner nologin;
create role pub_app login;
create schema pub authorization pub_owner;
grant usage on schema pub to pub_app;
set role pub_owner;

create function pub.tenant() returns uuid stable parallel safe
    return nullif(current_setting('pub.tenant', true), '')::uuid;

create table pub.job (
    tenant_id uuid not null,
    id        uuid not null,
    title     text not null,
    primary key (tenant_id, id)
);
alter table pub.job enable row level security;
create policy tenant on pub.job
    using (tenant_id = (select pub.tenant()))
    with check (tenant_id = (select pub.tenant()));
create view pub.open_job as select id, title, tenant_id from pub.job;
grant select on pub.job, pub.open_job to pub_app;

reset role;
