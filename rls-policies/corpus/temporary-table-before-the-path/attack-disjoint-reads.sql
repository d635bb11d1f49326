-- rows
insert into book.reader values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c');
insert into book.page values ('c0000000-0000-4000-8000-00000000000c', 1, 'of B');

-- attack
set session authorization book_app;
set book.tenant = 'a0000000-0000-4000-8000-000000000001';
create temporary table reader (tenant_id uuid, book_id uuid);
insert into reader values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c');

-- seen
select exists (select from book.page where book_id = 'c0000000-0000-4000-8000-00000000000c') as seen;
