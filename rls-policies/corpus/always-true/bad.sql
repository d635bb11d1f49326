create role wiki_owner nologin;
create role wiki_app login;
create schema wiki authorization wiki_owner;
grant usage on schema wiki to wiki_app;
set role wiki_owner;

create function wiki.tenant() returns uuid stable parallel safe
    return nullif(current_setting('wiki.tenant', true), '')::uuid;

create table wiki.page (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table wiki.page enable row level security;
alter table wiki.page force row level security;
create policy all_rows on wiki.page
    using (true);
grant select, insert, update, delete on wiki.page to wiki_app;

reset role;
