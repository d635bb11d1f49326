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

create table api.membership (
    org_id  uuid not null,
    user_id uuid not null,
    primary key (org_id, user_id)
);
create index on api.membership (user_id);
alter table api.membership enable row level security;
alter table api.membership force row level security;
create policy own on api.membership for select to authenticated
    using (user_id = (select auth.uid()));
grant select on api.membership to authenticated;

create table api.article (
    org_id    uuid not null,
    id        uuid not null default gen_random_uuid(),
    title     text not null,
    published boolean not null default false,
    primary key (org_id, id)
);
alter table api.article enable row level security;
alter table api.article force row level security;
create policy published on api.article for select to anon, authenticated using (published);
create policy corrections on api.article to authenticated using (title <> '');
create policy members on api.article for all to authenticated
    using (org_id in (select m.org_id from api.membership m where m.user_id = (select auth.uid())));
grant select, insert, update, delete on api.article to authenticated;
grant select on api.article to anon;

reset role;
