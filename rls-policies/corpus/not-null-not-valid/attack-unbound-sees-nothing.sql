-- rows
insert into desk.ticket values ('a0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-00000000000d', 'of A');

-- attack
set session authorization desk_app;

-- seen
select exists (select from desk.ticket where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
