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
-- Harmless: the restrictive policy binds the same sessions.
create policy everybody on app.invoice using (true);
create policy fence on app.invoice as restrictive
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
-- A permissive policy without USING lets nothing by, and INSERT without WITH CHECK is denied.
create policy nothing on app.invoice for insert to rule_app;
