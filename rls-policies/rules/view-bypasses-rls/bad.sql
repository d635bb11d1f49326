create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
set role rule_owner;
create table app.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table app.invoice enable row level security;
create policy fence on app.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
create view app.invoices as select * from app.invoice;  -- its owner owns the table, which is not forced
grant select on app.invoice, app.invoices to rule_app;
reset role;
create view app.invoice_count as select organization_id, count(*) from app.invoice group by 1;  -- a superuser's
grant select on app.invoice_count to rule_app;
