create role web_app login;
create table "Post" (
    "id"     bigint generated always as identity primary key,
    "userId" uuid not null,
    "slug"   text not null
);
create table "Remark" (
    "id"     bigint generated always as identity primary key,
    "userId" uuid not null,
    "postId" bigint not null references "Post" ("id"),
    "body"   text not null
);
create index on "Post" ("userId");
create index on "Remark" ("userId");
create index on "Remark" ("postId");
alter table "Post" enable row level security;
alter table "Post" force row level security;
alter table "Remark" enable row level security;
alter table "Remark" force row level security;
create policy own on "Post" to web_app
    using ("userId" = (select nullif(current_setting('web.person', true), '')::uuid));
create policy own on "Remark" to web_app
    using ("userId" = (select nullif(current_setting('web.person', true), '')::uuid));
grant usage on schema public to web_app;
grant select, insert, update, delete on "Post", "Remark" to web_app;
