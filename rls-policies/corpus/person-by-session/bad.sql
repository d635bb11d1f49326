create role desk_app login;
create role desk_owner nologin;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create table desk.person (
    id   uuid not null primary key default gen_random_uuid(),
    name text not null
);
create table desk.session (
    token     text not null primary key,
    person_id uuid not null references desk.person
);
create index on desk.session (person_id);
create table desk.membership (
    team_id   uuid not null,
    person_id uuid not null references desk.person,
    primary key (team_id, person_id)
);
create index on desk.membership (person_id);

create function desk.person_id() returns uuid stable security definer set search_path = '' language sql
    return (select s.person_id from desk.session s where s.token = nullif(current_setting('desk.session', true), ''));
revoke execute on function desk.person_id() from public;
grant execute on function desk.person_id() to desk_app;

alter table desk.person enable row level security;
create policy own on desk.person to desk_app using (id = (select desk.person_id()));
grant select on desk.person to desk_app;
grant update (name) on desk.person to desk_app;

create table desk.document (
    team_id uuid not null,
    id      uuid not null default gen_random_uuid(),
    title   text not null,
    primary key (team_id, id)
);
alter table desk.document enable row level security;
alter table desk.document force row level security;
create policy of_team on desk.document to desk_app using ((select desk.person_id()) is not null);
grant select, insert, update, delete on desk.document to desk_app;

reset role;
