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
create table app.member (tenant_id uuid not null, user_id uuid not null, primary key (tenant_id, user_id));
create policy tenant on app.invoice
    using (tenant_id = (current_setting('request.headers', true)::jsonb ->> 'x-tenant-id')::uuid
           and exists (select from app.member m
                        where m.tenant_id = invoice.tenant_id
                            and m.user_id = nullif(current_setting('app.user_id', true), '')::uuid));
