create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create table desk.ticket (
    tenant_id uuid not null,
    id        uuid not null,
    subject   text not null,
    primary key (tenant_id, id)
);
alter table desk.ticket enable row level security;
alter table desk.ticket force row level security;
create policy fence on desk.ticket as restrictive
    using (tenant_id = (select nullif(current_setting('desk.tenant', true), '')::uuid));
create policy members on desk.ticket to desk_app
    using (true);
grant select, insert, update, delete on desk.ticket to desk_app;

reset role;
-- A stand-in for the metadata of Citus.
set local allow_system_table_mods = on;
create table pg_catalog.pg_dist_partition (logicalrelid regclass not null);
grant select on pg_catalog.pg_dist_partition to public;
insert into pg_catalog.pg_dist_partition values ('desk.ticket');
