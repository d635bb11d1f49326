create role rule_app login;
create schema app;
grant usage on schema app to rule_app;
create table app.member (tenant_id uuid not null, user_id uuid not null, primary key (tenant_id, user_id));
alter table app.member enable row level security;
grant select on app.member to rule_app;
create policy fellows on app.member
    using (tenant_id in (select m.tenant_id from app.member m
        where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid));
