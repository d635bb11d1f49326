create role club_app login;
create schema club;
grant usage on schema club to club_app;

create table club.member (
    club_id   uuid not null,
    person_id uuid not null,
    primary key (club_id, person_id)
);
create index on club.member (person_id);
alter table club.member enable row level security;
alter table club.member force row level security;
create policy own on club.member for select to club_app
    using (person_id = (select nullif(current_setting('club.person', true), '')::uuid));
create view club.member_list with (security_invoker) as select club_id, person_id from club.member;
grant select on club.member, club.member_list to club_app;
