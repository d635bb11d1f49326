create role desk_app login;
create schema desk;
grant usage on schema desk to desk_app;

create table desk.bill (
    org_id int not null,
    id     uuid not null,
    memo   text not null,
    primary key (org_id, id)
);
alter table desk.bill enable row level security;
alter table desk.bill force row level security;
create policy home on desk.bill to desk_app
    using (strpos(current_setting('desk.orgs', true), org_id::text) > 0);
grant select, insert, update, delete on desk.bill to desk_app;
