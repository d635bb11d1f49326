create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
alter default privileges for role desk_owner in schema desk grant select, insert, update, delete on tables to desk_app;
set role desk_owner;

create table desk.event (
    org_id uuid not null,
    id     uuid not null,
    on_day date not null,
    what   text not null
) partition by range (on_day);
alter table desk.event enable row level security;
alter table desk.event force row level security;
create policy home on desk.event to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
create function desk.make_month(first date) returns void language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create table desk.event_%s partition of desk.event for values from (%L) to (%L)',
                   to_char(first, 'YYYYMM'), first, first + interval '1 month');
    execute format('revoke all on desk.event_%s from desk_app', to_char(first, 'YYYYMM'));
end $$;
revoke execute on function desk.make_month(date) from public;
select desk.make_month('2026-05-01');

reset role;
