create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_app;
create table app.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table app.invoice owner to rule_owner;
alter table app.invoice enable row level security;
alter table app.invoice force row level security;
create policy fence on app.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
