create role club_app login;
create schema club;
grant usage on schema club to club_app;

create table club.member (
    club_id   uuid not null,
    person_id uuid not null,
    primary key (club_id, person_id)
);
create table club.note (
    person_id uuid primary key,
    clubs     jsonb not null
);
create table club.diary (
    club_id uuid not null,
    id      uuid not null,
    entry   text,
    primary key (club_id, id)
);
create index on club.member (person_id);
alter table club.member enable row level security;
alter table club.member force row level security;
alter table club.note enable row level security;
alter table club.note force row level security;
alter table club.diary enable row level security;
alter table club.diary force row level security;
create function club.person() returns uuid stable parallel safe
    return nullif(current_setting('club.person', true), '')::uuid;
create policy self on club.member for select to club_app
    using (person_id = (select club.person()));
create policy leaves on club.member for delete to club_app
    using (person_id = (select club.person()));
create policy self on club.note for select to club_app
    using (person_id = (select club.person()));
create policy members on club.diary for select to club_app
    using (club_id in (select m.club_id from club.member m where m.person_id = (select club.person()))
           and (select n.clubs from club.note n where n.person_id = (select club.person())) is not null);
grant select, delete on club.member to club_app;
grant select on club.note, club.diary to club_app;
create function club.note_clubs() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into club.note (person_id, clubs) values (coalesce(new.person_id, old.person_id), '{}')
        on conflict (person_id) do update set clubs = excluded.clubs;
    return null;
end $$;
revoke execute on function club.note_clubs() from public;
create trigger noted after insert or delete on club.member for each row execute function club.note_clubs();
