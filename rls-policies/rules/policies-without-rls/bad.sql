create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
set role rule_owner;
create table app.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
create policy fence on app.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert on app.invoice to rule_app;
reset role;
