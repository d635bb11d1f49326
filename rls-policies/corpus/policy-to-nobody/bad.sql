create role note_owner nologin;
create role note_app login;
create schema note authorization note_owner;
grant usage on schema note to note_app;
set role note_owner;

create function note.tenant() returns uuid stable parallel safe
    return nullif(current_setting('note.tenant', true), '')::uuid;

create table note.page (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table note.page enable row level security;
alter table note.page force row level security;
grant select, insert, update, delete on note.page to note_app;

reset role;
