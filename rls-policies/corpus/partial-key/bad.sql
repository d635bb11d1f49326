create role seat_owner nologin;
create role seat_app login;
create schema seat authorization seat_owner;
grant usage on schema seat to seat_app;
set role seat_owner;

create function seat.tenant() returns uuid stable parallel safe
    return nullif(current_setting('seat.tenant', true), '')::uuid;
create table seat.hall (
    tenant_id uuid not null,
    id        uuid not null,
    closed    boolean not null default false
);
create unique index hall_id on seat.hall (id) where not closed;
create table seat.chair (
    hall_id uuid not null,
    number  int not null,
    primary key (hall_id, number)
);
alter table seat.hall enable row level security;
alter table seat.hall force row level security;
alter table seat.chair enable row level security;
alter table seat.chair force row level security;
create policy tenant on seat.hall
    using (tenant_id = (select seat.tenant()))
    with check (tenant_id = (select seat.tenant()));
create policy hall on seat.chair for select
    using (exists (select from seat.hall h
                    where h.id = chair.hall_id and h.tenant_id = (select seat.tenant())));
grant select, insert on seat.hall to seat_app;
grant select on seat.chair to seat_app;

reset role;
