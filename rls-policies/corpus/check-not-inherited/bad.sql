create role news_owner nologin;
create role news_app login;
create schema news authorization news_owner;
grant usage on schema news to news_app;
set role news_owner;

create function news.tenant() returns uuid stable parallel safe
    return nullif(current_setting('news.tenant', true), '')::uuid;
create table news.item (
    tenant_id uuid not null,
    id        uuid not null primary key,
    public    boolean not null,
    constraint private check (not public) no inherit
);
create table news.old_item () inherits (news.item);
alter table news.item enable row level security;
alter table news.item force row level security;
create policy tenant on news.item for select
    using (tenant_id = (select news.tenant()) or public);
grant select on news.item to news_app;
alter table news.old_item enable row level security;
alter table news.old_item force row level security;

reset role;
