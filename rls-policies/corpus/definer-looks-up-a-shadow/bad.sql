create role lib_owner nologin;
create role lib_app login;
create schema lib authorization lib_owner;
grant usage on schema lib to lib_app;
set role lib_owner;

create function lib.person() returns uuid stable parallel safe
    return nullif(current_setting('lib.person', true), '')::uuid;
create table lib.member (
    tenant_id uuid not null,
    person_id uuid not null,
    primary key (tenant_id, person_id)
);
create index on lib.member (person_id);
alter table lib.member enable row level security;
create policy own on lib.member for select
    using (person_id = (select lib.person()));
grant select on lib.member to lib_app;
create table lib.book (
    tenant_id uuid not null,
    id        uuid not null,
    title     text not null,
    primary key (tenant_id, id)
);
alter table lib.book enable row level security;
create policy members on lib.book for select
    using (tenant_id in (select m.tenant_id from lib.member m where m.person_id = (select lib.person())));
grant select on lib.book to lib_app;

set search_path = lib;
create function lib.titles() returns setof text stable security definer language sql
    as 'select b.title from book b
         where b.tenant_id in (select m.tenant_id from member m where m.person_id = lib.person())';
revoke execute on function lib.titles() from public;
grant execute on function lib.titles() to lib_app;
reset search_path;

reset role;
