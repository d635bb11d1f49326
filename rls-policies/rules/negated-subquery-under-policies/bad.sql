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
create table app.block (tenant_id uuid not null, user_id uuid not null, primary key (tenant_id, user_id));
alter table app.block enable row level security;
grant select on app.block to rule_app;
create policy admins on app.block for select using (current_setting('app.role', true) = 'admin');
create policy unblocked on app.invoice
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
           and not exists (select from app.block b
                            where b.tenant_id = invoice.tenant_id
                              and b.user_id = nullif(current_setting('app.user_id', true), '')::uuid));
