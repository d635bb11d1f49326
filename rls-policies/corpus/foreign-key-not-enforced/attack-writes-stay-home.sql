-- rows
insert into desk.folder values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'of A');
insert into desk.paper
    values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d',
            'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization desk_app;
set desk.org = 'a0000000-0000-4000-8000-000000000001';
delete from desk.folder;

-- seen
reset session authorization;
select not exists (select from desk.paper where org_id = 'b0000000-0000-4000-8000-000000000002') as seen;
