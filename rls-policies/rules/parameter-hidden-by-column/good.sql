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
create function app.is_member(tenant_id uuid) returns boolean language sql stable
    set search_path = pg_catalog, app, pg_temp
    as $$ select exists (select from member m where m.tenant_id = is_member.tenant_id
                            and m.user_id = nullif(current_setting('app.user_id', true), '')::uuid) $$;
create policy members on app.invoice using (app.is_member(tenant_id));
