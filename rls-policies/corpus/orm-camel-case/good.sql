-- a schema as an ORM makes it, with no row security at all
create table "Tenant" ("id" uuid primary key, "name" text not null);
create table "Invoice" ("id" uuid primary key, "tenantId" uuid not null, "total" bigint not null);
create table "Customer" ("id" uuid primary key, "tenantId" uuid not null, "email" text not null);
create table "Letter" ("id" uuid primary key, "tenantId" uuid not null, "body" text);
create role web_app login;
grant usage on schema public to web_app;
grant select, insert, update, delete on all tables in schema public to web_app;
alter table "Invoice" enable row level security, force row level security;
create policy tenant on "Invoice" to web_app
    using ("tenantId" = (select nullif(current_setting('web.tenant', true), '')::uuid));
create index on "Invoice" ("tenantId");
alter table "Customer" enable row level security, force row level security;
create policy tenant on "Customer" to web_app
    using ("tenantId" = (select nullif(current_setting('web.tenant', true), '')::uuid));
create index on "Customer" ("tenantId");
alter table "Letter" enable row level security, force row level security;
create policy tenant on "Letter" to web_app
    using ("tenantId" = (select nullif(current_setting('web.tenant', true), '')::uuid));
create index on "Letter" ("tenantId");
alter table "Tenant" enable row level security, force row level security;
create policy own on "Tenant" to web_app
    using ("id" = (select nullif(current_setting('web.tenant', true), '')::uuid));
