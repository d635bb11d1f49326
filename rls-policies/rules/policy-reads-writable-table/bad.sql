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
grant select, insert on app.member to rule_app;
create policy members on app.invoice
    using (tenant_id in (select m.tenant_id from app.member m
        where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid));
