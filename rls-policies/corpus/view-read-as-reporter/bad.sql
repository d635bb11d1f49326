create role desk_owner nologin;
create role reporter nologin;
create role desk_app login;
create schema desk authorization desk_owner;
create schema report authorization reporter;
grant usage on schema desk to desk_app, reporter;
grant usage on schema report to desk_app;
set role desk_owner;

create table desk.bill (
    org_id uuid not null,
    id     uuid not null,
    memo   text not null,
    primary key (org_id, id)
);
alter table desk.bill enable row level security;
alter table desk.bill force row level security;
create policy home on desk.bill to desk_app
    using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
create policy reports on desk.bill for select to reporter
    using (true);
grant select, insert, update, delete on desk.bill to desk_app;
grant select on desk.bill to reporter;

reset role;
set role reporter;
create view report.bills as select org_id, id, memo from desk.bill;
grant select on report.bills to desk_app;

reset role;
