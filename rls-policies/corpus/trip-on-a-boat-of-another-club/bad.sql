create role club_owner nologin;
create role club_app login;
create schema club authorization club_owner;
grant usage on schema club to club_app;
set role club_owner;

create function club.person() returns uuid stable parallel safe
    return nullif(current_setting('club.person', true), '')::uuid;
create table club.member (
    club_id   uuid not null,
    person_id uuid not null,
    primary key (club_id, person_id)
);
create index on club.member (person_id);
create table club.boat (
    club_id uuid not null,
    id      uuid not null,
    primary key (id)
);
create table club.trip (
    club_id uuid not null,
    id      uuid not null,
    boat_id uuid not null,
    primary key (club_id, id),
    foreign key (boat_id) references club.boat (id) on delete cascade
);
create index on club.boat (club_id);
create index on club.trip (boat_id);
alter table club.member enable row level security;
alter table club.member force row level security;
alter table club.boat enable row level security;
alter table club.boat force row level security;
alter table club.trip enable row level security;
alter table club.trip force row level security;
create policy self on club.member for select
    using (person_id = (select club.person()));
create policy members on club.boat
    using (club_id in (select m.club_id from club.member m where m.person_id = (select club.person())));
create policy members on club.trip
    using (club_id in (select m.club_id from club.member m where m.person_id = (select club.person())));
grant select on club.member to club_app;
grant select, insert, delete on club.boat, club.trip to club_app;

reset role;
