create role arc_owner nologin;
create role arc_app login;
create schema arc authorization arc_owner;
grant usage on schema arc to arc_app;
set role arc_owner;

create function arc.tenant() returns uuid stable parallel safe
    return nullif(current_setting('arc.tenant', true), '')::uuid;

create table arc.file (
    tenant_id uuid not null,
    id        uuid not null,
    deleted   boolean not null default false,
    primary key (tenant_id, id)
);
alter table arc.file enable row level security;
alter table arc.file force row level security;
create policy tenant on arc.file
    using (tenant_id = (select arc.tenant()))
    with check (tenant_id = (select arc.tenant()));
create policy not_deleted on arc.file as restrictive
    using (not deleted);
grant select, insert, update on arc.file to arc_app;

reset role;
