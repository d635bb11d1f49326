create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role db_owner nologin;
create schema auth;
create table auth.users (id uuid primary key, email text, raw_user_meta_data jsonb, raw_app_meta_data jsonb);
create function auth.jwt() returns jsonb stable language sql
    return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
create function auth.uid() returns uuid stable language sql
    return (auth.jwt() ->> 'sub')::uuid;
grant usage on schema auth to anon, authenticated, db_owner;
create schema api authorization db_owner;
grant usage on schema api to anon, authenticated;
set role db_owner;

create table api.note (
    id      uuid not null primary key default gen_random_uuid(),
    user_id uuid not null,
    body    text not null,
    sharing text not null default 'private' check (sharing in ('private', 'public'))
);
create index on api.note (user_id);
alter table api.note enable row level security;
alter table api.note force row level security;
create policy own on api.note to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));
create policy recent_notes on api.note for select to authenticated using (length(body) < 1000);
grant select, insert, update, delete on api.note to authenticated;

create table api.comment (
    id      uuid not null primary key default gen_random_uuid(),
    note_id uuid not null references api.note,
    user_id uuid not null,
    body    text not null
);
create index on api.comment (user_id);
create index on api.comment (note_id);
alter table api.comment enable row level security;
alter table api.comment force row level security;
create policy own on api.comment to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()) and note_id in (select n.id from api.note n));
create policy of_public_notes on api.comment for select to authenticated
    using (note_id in (select n.id from api.note n where n.sharing <> 'private'));
grant select, insert, delete on api.comment to authenticated;

reset role;
