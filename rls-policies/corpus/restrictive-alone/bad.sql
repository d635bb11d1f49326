create role news_owner nologin;
create role news_app login;
create schema news authorization news_owner;
grant usage on schema news to news_app;
set role news_owner;

create function news.tenant() returns uuid stable parallel safe
    return nullif(current_setting('news.tenant', true), '')::uuid;

create table news.item (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table news.item enable row level security;
alter table news.item force row level security;
create policy floor on news.item as restrictive
    using (tenant_id = (select news.tenant()));
grant select, insert, update, delete on news.item to news_app;

reset role;
