create role feed_owner nologin;
create role feed_app login;
create schema feed authorization feed_owner;
grant usage on schema feed to feed_app;
set role feed_owner;

create function feed.tenant() returns uuid stable parallel safe
    return nullif(current_setting('feed.tenant', true), '')::uuid;

create table feed.event (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table feed.event enable row level security;
alter table feed.event force row level security;
create policy tenant on feed.event
    using (tenant_id = (select feed.tenant()))
    with check (tenant_id = (select feed.tenant()));
grant select, insert, update, delete on feed.event to feed_app;
create table feed.kind (code text primary key, label text not null);
grant select on feed.kind to feed_app;

reset role;
create publication reference_data for table feed.kind;
