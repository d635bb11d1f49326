create role key_owner nologin;
create role key_app login;
create schema key authorization key_owner;
grant usage on schema key to key_app;
set role key_owner;

create function key.tenant() returns uuid stable parallel safe
    return nullif(current_setting('key.tenant', true), '')::uuid;

create table key.api_key (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    secret_hash bytea not null,
    primary key (tenant_id, id)
);
alter table key.api_key enable row level security;
alter table key.api_key force row level security;
create policy tenant on key.api_key
    using (tenant_id = (select key.tenant()))
    with check (tenant_id = (select key.tenant()));
grant select on key.api_key to key_app;

reset role;
