create role book_owner nologin;
create role book_app login;
create schema book authorization book_owner;
grant usage on schema book to book_app;
set role book_owner;

create function book.tenant() returns uuid stable parallel safe
    return nullif(current_setting('book.tenant', true), '')::uuid;
create table book.reader (
    tenant_id uuid not null,
    book_id   uuid not null,
    primary key (tenant_id, book_id)
);
alter table book.reader enable row level security;
alter table book.reader force row level security;
create policy tenant on book.reader for select
    using (tenant_id = (select book.tenant()));
grant select on book.reader to book_app;
create function book.reads(uuid) returns boolean stable language sql
    set search_path = book, pg_catalog
    as 'select exists (select from reader r where r.book_id = $1 and r.tenant_id = book.tenant())';
create table book.page (
    book_id uuid not null,
    number  int not null,
    body    text not null,
    primary key (book_id, number)
);
alter table book.page enable row level security;
alter table book.page force row level security;
create policy readers on book.page for select
    using (book.reads(book_id));
grant select on book.page to book_app;

reset role;
