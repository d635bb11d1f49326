create extension btree_gist;
create role room_owner nologin;
create role room_app login;
create schema room authorization room_owner;
grant usage on schema room to room_app;
set role room_owner;

create function room.tenant() returns uuid stable parallel safe
    return nullif(current_setting('room.tenant', true), '')::uuid;

create table room.booking (
    tenant_id uuid not null,
    id        uuid not null,
    room      bigint not null,
    during    tstzrange not null,
    constraint booking_excl exclude using gist (room with =, during with &&),
    primary key (tenant_id, id)
);
alter table room.booking enable row level security;
alter table room.booking force row level security;
create policy tenant on room.booking
    using (tenant_id = (select room.tenant()))
    with check (tenant_id = (select room.tenant()));
grant select, insert, update, delete on room.booking to room_app;

reset role;
