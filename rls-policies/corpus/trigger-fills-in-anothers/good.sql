create role fleet_owner nologin;
create role fleet_app login;
create schema fleet authorization fleet_owner;
grant usage on schema fleet to fleet_app;
set role fleet_owner;

create function fleet.tenant() returns uuid stable parallel safe
    return nullif(current_setting('fleet.tenant', true), '')::uuid;

create table fleet.vehicle (
    tenant_id uuid not null,
    id        uuid not null primary key,
    plate     text not null
);
create table fleet.trip (
    tenant_id  uuid not null,
    id         uuid not null,
    vehicle_id uuid not null,
    plate      text,
    primary key (tenant_id, id)
);
alter table fleet.vehicle enable row level security;
alter table fleet.trip enable row level security;
create policy tenant on fleet.vehicle using (tenant_id = (select fleet.tenant()));
create policy tenant on fleet.trip using (tenant_id = (select fleet.tenant()));
grant select, insert, update, delete on fleet.vehicle, fleet.trip to fleet_app;

create function fleet.note_plate() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    new.plate := (select v.plate from fleet.vehicle v where v.id = new.vehicle_id and v.tenant_id = new.tenant_id);
    return new;
end $$;
create trigger note_plate before insert on fleet.trip for each row execute function fleet.note_plate();

reset role;
