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

create table api.team (
    id     uuid primary key,
    org_id uuid not null,
    name   text not null
);
create table api.team_member (
    team_id uuid not null references api.team,
    user_id uuid not null,
    primary key (team_id, user_id)
);
create index on api.team (org_id);
create index on api.team_member (user_id);
alter table api.team enable row level security;
alter table api.team force row level security;
alter table api.team_member enable row level security;
alter table api.team_member force row level security;
create policy own on api.team_member for select to authenticated
    using (user_id = (select auth.uid()));
create policy members on api.team for select to authenticated
    using (id in (select m.team_id from api.team_member m where m.user_id = (select auth.uid())));
create policy renames on api.team for update to authenticated
    using (id in (select m.team_id from api.team_member m where m.user_id = (select auth.uid())));
grant select on api.team_member to authenticated;
grant select, update (name) on api.team to authenticated;

create table api.document (
    org_id uuid not null,
    id     uuid not null default gen_random_uuid(),
    title  text not null,
    primary key (org_id, id)
);
alter table api.document enable row level security;
alter table api.document force row level security;
create policy members on api.document to authenticated
    using (org_id in (select t.org_id from api.team t join api.team_member m on m.team_id = t.id
                       where m.user_id = (select auth.uid())));
grant select, insert, update, delete on api.document to authenticated;

reset role;
