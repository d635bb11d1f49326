create role chat_owner nologin;
create role chat_app login;
create schema chat authorization chat_owner;
grant usage on schema chat to chat_app;
set role chat_owner;

create function chat.tenant() returns uuid stable parallel safe
    return nullif(current_setting('chat.tenant', true), '')::uuid;
create table chat.word (
    said  timestamptz not null default now(),
    words text not null
);
create function chat.say(words text) returns void language sql security definer
    set search_path = pg_catalog, pg_temp as 'insert into chat.word (words) select $1 where chat.tenant() is not null';
revoke execute on function chat.say(text) from public;
grant execute on function chat.say(text) to chat_app;
create table chat.room (
    tenant_id uuid not null,
    id        uuid not null,
    primary key (tenant_id, id)
);
alter table chat.room enable row level security;
alter table chat.room force row level security;
create policy tenant on chat.room for select
    using (tenant_id = (select chat.tenant()));
grant select on chat.room to chat_app;
grant select on chat.word to chat_app;

reset role;
