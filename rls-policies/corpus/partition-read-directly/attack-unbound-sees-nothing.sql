-- rows
insert into part.reading_2026 values ('b0000000-0000-4000-8000-000000000002', '2026-05-01', 1);

-- attack
set session authorization part_app;

-- seen
select exists (select from part.reading_2026 where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
