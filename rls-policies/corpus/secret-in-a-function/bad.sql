create role hook_owner nologin;
create role hook_app login;
create schema hook authorization hook_owner;
grant usage on schema hook to hook_app;
set role hook_owner;

create function hook.tenant() returns uuid stable parallel safe
    return nullif(current_setting('hook.tenant', true), '')::uuid;

create table hook.call (
    tenant_id uuid not null,
    id        uuid not null,
    url       text not null,
    primary key (tenant_id, id)
);
alter table hook.call enable row level security;
alter table hook.call force row level security;
create policy tenant on hook.call
    using (tenant_id = (select hook.tenant()))
    with check (tenant_id = (select hook.tenant()));
grant select, insert, update, delete on hook.call to hook_app;
create function hook.sign(body text) returns bytea immutable language sql
    as $$ select sha256(convert_to('api_key=sk_live_4eC39HqLyjWDarjtT1zdp7dc' || body, 'UTF8')) $$;

reset role;
