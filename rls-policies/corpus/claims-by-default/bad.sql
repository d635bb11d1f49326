create role api_owner nologin;
create role api_app login;
create schema api authorization api_owner;
grant usage on schema api to api_app;
set role api_owner;

create function api.tenant() returns uuid stable parallel safe
    return (coalesce(nullif(current_setting('request.jwt.claims', true), ''),
        '{"tenant": "b0000000-0000-4000-8000-000000000002"}')::jsonb ->> 'tenant')::uuid;
create table api.invoice (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table api.invoice enable row level security;
alter table api.invoice force row level security;
create policy tenant on api.invoice
    using (tenant_id = (select api.tenant()))
    with check (tenant_id = (select api.tenant()));
grant select, insert, update, delete on api.invoice to api_app;

reset role;
