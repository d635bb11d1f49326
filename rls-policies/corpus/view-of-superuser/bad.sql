create role desk_app login;
create schema desk;
grant usage on schema desk to desk_app;

create table desk.bill (
    org_id uuid not null,
    id     uuid not null,
    cents  bigint not null,
    note   text,
    primary key (org_id, id)
);
alter table desk.bill enable row level security;
alter table desk.bill force row level security;
create policy home on desk.bill to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
grant select, insert, update, delete on desk.bill to desk_app;

create view desk.bill_card with (security_barrier = true) as
    select org_id, id, cents from desk.bill;
grant select on desk.bill_card to desk_app;
