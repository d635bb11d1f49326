create role club_app login;
create schema club;
grant usage on schema club to club_app;

create table club.member (
    club_id   uuid not null,
    person_id uuid not null,
    rank      text not null default 'guest',
    primary key (club_id, person_id)
);
create table club.wish (
    club_id   uuid not null,
    person_id uuid not null,
    greeting  text,
    primary key (club_id, person_id)
);
create table club.invitation (
    club_id   uuid not null,
    person_id uuid not null,
    primary key (club_id, person_id)
);
create table club.diary (
    club_id uuid not null,
    id      uuid not null,
    entry   text,
    primary key (club_id, id)
);
create index on club.member (person_id);
create index on club.wish (person_id);
create index on club.invitation (person_id);
alter table club.member enable row level security;
alter table club.member force row level security;
alter table club.wish enable row level security;
alter table club.wish force row level security;
alter table club.invitation enable row level security;
alter table club.invitation force row level security;
alter table club.diary enable row level security;
alter table club.diary force row level security;
create function club.person() returns uuid stable parallel safe
    return nullif(current_setting('club.person', true), '')::uuid;
create policy self on club.member for select to club_app
    using (person_id = (select club.person()));
create policy self on club.wish to club_app
    using (person_id = (select club.person()));
create policy self on club.invitation for select to club_app
    using (person_id = (select club.person()));
create policy members on club.diary for select to club_app
    using (club_id in (select m.club_id from club.member m where m.person_id = (select club.person())));
grant select on club.member, club.invitation, club.diary to club_app;
grant select, insert on club.wish to club_app;
create function club.grant_wish() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from club.invitation i where i.club_id = new.club_id and i.person_id = new.person_id) then
        insert into club.member (club_id, person_id) values (new.club_id, new.person_id) on conflict do nothing;
    end if;
    return new;
end $$;
revoke execute on function club.grant_wish() from public;
create trigger granted after insert on club.wish for each row execute function club.grant_wish();
