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

create table api.project (
    id         uuid not null primary key default gen_random_uuid(),
    creator_id uuid,
    title      text not null
);
create index on api.project (creator_id);
create table api.membership (
    project_id uuid not null references api.project on delete cascade,
    user_id    uuid not null,
    primary key (project_id, user_id)
);
create index on api.membership (user_id);
alter table api.membership enable row level security;
alter table api.membership force row level security;
create policy own on api.membership for select to authenticated
    using (user_id = (select auth.uid()));
grant select on api.membership to authenticated;

alter table api.project enable row level security;
alter table api.project force row level security;
create policy sees on api.project for select to authenticated
    using (creator_id = (select auth.uid())
        or exists (select from api.membership m where m.project_id = project.id and m.user_id = (select auth.uid())));
create policy edits on api.project for update to authenticated
    using (exists (select from api.membership m where m.project_id = project.id and m.user_id = (select auth.uid())));
create policy removes on api.project for delete to authenticated
    using (creator_id = (select auth.uid()));
grant select, delete on api.project to authenticated;
grant update (title) on api.project to authenticated;

reset role;
