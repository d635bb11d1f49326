create role blog_owner nologin;
create role blog_app login;
create schema blog authorization blog_owner;
grant usage on schema blog to blog_app;
set role blog_owner;

create table blog.post (
    tenant text not null,
    id     uuid not null,
    title  text not null,
    primary key (tenant, id)
);
alter table blog.post enable row level security;
alter table blog.post force row level security;
create policy tenant on blog.post
    using (left(tenant, 4) = left(nullif(current_setting('blog.tenant', true), ''), 4))
    with check (left(tenant, 4) = left(nullif(current_setting('blog.tenant', true), ''), 4));
grant select, insert, update, delete on blog.post to blog_app;

reset role;
