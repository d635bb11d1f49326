create role rule_app login;
create schema app;
grant usage on schema app to rule_app;
create table app.invoice (
    tenant_id uuid not null,
    id        int  not null,
    is_public boolean not null,
    primary key (tenant_id, id)
);
alter table app.invoice enable row level security;
alter table app.invoice force row level security;
grant select, insert, update, delete on app.invoice to rule_app;
create policy tenant on app.invoice
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
create policy published on app.invoice as restrictive for select using (is_public);
