create extension citext;
create role cit_owner nologin;
create role cit_app login;
create schema cit authorization cit_owner;
grant usage on schema cit to cit_app;
set role cit_owner;

create function cit.tenant() returns uuid stable parallel safe
    return nullif(current_setting('cit.tenant', true), '')::uuid;

create table cit.page (
    tenant text not null,
    id     uuid not null,
    primary key (tenant, id)
);
alter table cit.page enable row level security;
alter table cit.page force row level security;
create policy tenant on cit.page
    using (tenant = (select nullif(current_setting('cit.slug', true), '')));
grant select, insert, update, delete on cit.page to cit_app;

reset role;
