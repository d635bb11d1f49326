-- rows
insert into part.reading values ('b0000000-0000-4000-8000-000000000002', '2026-05-02', 1);

-- attack
set session authorization part_app;
set part.tenant = 'a0000000-0000-4000-8000-000000000001';
delete from part.reading_2026_05;

-- seen
reset session authorization;
select not exists (select from part.reading where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
