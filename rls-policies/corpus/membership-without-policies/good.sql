create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role db_owner nologin;
create schema auth;
create function auth.jwt() returns jsonb stable language sql
    return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
create function auth.uid() returns uuid stable language sql
    return (auth.jwt() ->> 'sub')::uuid;
grant usage on schema auth to anon, authenticated, db_owner;
create schema api authorization db_owner;
grant usage on schema api to anon, authenticated;
set role db_owner;

create table api.member (
    org_id  uuid not null,
    user_id uuid not null,
    primary key (org_id, user_id)
);
create index on api.member (user_id);
alter table api.member enable row level security;
alter table api.member force row level security;
create policy own on api.member to authenticated
    using (user_id = (select auth.uid()));
grant select, delete on api.member to authenticated;

create table api.document (
    org_id uuid not null,
    id     uuid not null default gen_random_uuid(),
    title  text not null,
    primary key (org_id, id)
);
alter table api.document enable row level security;
alter table api.document force row level security;
create policy members on api.document to authenticated
    using (org_id in (select m.org_id from api.member m where m.user_id = (select auth.uid())));
grant select, insert, update, delete on api.document to authenticated;

reset role;
