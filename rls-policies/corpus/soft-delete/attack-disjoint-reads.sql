-- rows
insert into arc.file values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization arc_app;
set arc.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from arc.file where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
