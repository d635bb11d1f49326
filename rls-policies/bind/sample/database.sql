-- The objects that the owner of the database prepares: a login that row security binds, and a table under a
-- fence.
create role notes_app login password 'notes';
create schema notes;
grant usage on schema notes to notes_app;

create table notes.note (
    tenant text not null default current_setting('notes.tenant'),
    id     uuid not null default gen_random_uuid(),
    title  text not null,
    primary key (tenant, id)
);
alter table notes.note enable row level security;
alter table notes.note force row level security;
create policy fence on notes.note as restrictive for all to public
    using (tenant = nullif(current_setting('notes.tenant', true), ''));
create policy members on notes.note to notes_app using (true);
grant select, insert, delete on notes.note to notes_app;
