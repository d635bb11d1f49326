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
create policy tenant on note.page
    using (tenant_id = (select note.tenant()))
    with check (tenant_id = (select note.tenant()));
grant select, insert, update, delete on note.page to note_app;

-- On purpose: nobody but the owner's function touches it.
create table note.counter (tenant_id uuid primary key, pages bigint not null);
alter table note.counter enable row level security;

reset role;
