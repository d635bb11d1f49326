create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role db_owner nologin;
create role api_worker login;
create role api_partner nologin;
create schema auth;
create table auth.users (id uuid primary key, email text, raw_user_meta_data jsonb, raw_app_meta_data jsonb);
create function auth.jwt() returns jsonb stable language sql
    return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
create function auth.uid() returns uuid stable language sql
    return (auth.jwt() ->> 'sub')::uuid;
grant usage on schema auth to anon, authenticated, db_owner;
create schema api authorization db_owner;
grant usage on schema api to anon, authenticated, api_worker;
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
create policy of_org on api.membership for select to api_worker
    using (org_id = (select nullif(current_setting('worker.org', true), '')::uuid));
grant select on api.membership to authenticated, api_worker;

create table api.document (
    org_id uuid not null,
    id     uuid not null default gen_random_uuid(),
    title  text not null,
    primary key (org_id, id)
);
alter table api.document enable row level security;
alter table api.document force row level security;
create policy members on api.document to authenticated
    using (org_id in (select m.org_id from api.membership m where m.user_id = (select auth.uid())));
create policy of_org on api.document to api_worker
    using (org_id = coalesce((select nullif(current_setting('worker.org', true), '')::uuid), org_id));
grant select, insert, update, delete on api.document to authenticated, api_worker;

create policy of_partner on api.document for select to api_partner
    using (org_id = (select nullif(current_setting('partner.org', true), '')::uuid));
grant select on api.document to api_partner;

create table api.job (
    org_id uuid not null,
    id     uuid not null default gen_random_uuid(),
    work   jsonb not null,
    primary key (org_id, id)
);
alter table api.job enable row level security;
alter table api.job force row level security;
create policy of_org on api.job to api_worker
    using (org_id = (select nullif(current_setting('worker.org', true), '')::uuid));
grant select, insert, update, delete on api.job to api_worker;

create table api.note (
    user_id uuid not null,
    id      uuid not null default gen_random_uuid(),
    body    text not null,
    primary key (user_id, id)
);
alter table api.note enable row level security;
alter table api.note force row level security;
create policy own on api.note to authenticated
    using (user_id = (select auth.uid()));
grant select, insert, update, delete on api.note to authenticated;

reset role;
