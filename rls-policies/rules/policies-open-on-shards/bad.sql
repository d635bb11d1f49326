-- A stand-in for the metadata of Citus.
set local allow_system_table_mods = on;
create table pg_catalog.pg_dist_partition (logicalrelid regclass not null);
grant select on pg_catalog.pg_dist_partition to public;
create role rule_owner nologin;
create role rule_app login;
create table public.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security;
alter table public.invoice force row level security;
create policy fence on public.invoice as restrictive
    using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
create policy members on public.invoice to rule_app using (true);
grant select, insert on public.invoice to rule_app;
insert into pg_catalog.pg_dist_partition values ('public.invoice');
