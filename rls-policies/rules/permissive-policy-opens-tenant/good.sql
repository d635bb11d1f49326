create role rule_app login;
create schema app;
grant usage on schema app to rule_app;
create table app.invoice (
    tenant_id uuid not null,
    id        int  not null,
    status    text not null,
    primary key (tenant_id, id)
);
alter table app.invoice enable row level security;
alter table app.invoice force row level security;
grant select, insert, update, delete on app.invoice to rule_app;
create role rule_auditor nologin;
create policy tenant on app.invoice to rule_app
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
-- For a role that no session of the application has.
create policy audit on app.invoice for select to rule_auditor using (status = 'open');
-- Within the tenant.
create policy admins on app.invoice for select to rule_app
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid and status <> 'draft');
