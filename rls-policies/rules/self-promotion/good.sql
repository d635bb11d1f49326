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
create table app.member (
    tenant_id uuid    not null,
    user_id   uuid    not null,
    is_admin  boolean not null,
    primary key (tenant_id, user_id)
);
alter table app.member enable row level security;
alter table app.member force row level security;
grant select on app.member to rule_app;
create policy own on app.member for select
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy members on app.invoice
    using (exists (select from app.member m
                    where m.tenant_id = invoice.tenant_id
                      and m.user_id = nullif(current_setting('app.user_id', true), '')::uuid
                      and m.is_admin));
create policy change on app.member for update
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
    with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid
                and tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
                and not is_admin);
grant update (is_admin) on app.member to rule_app;
