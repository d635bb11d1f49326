-- rows
insert into plan.project values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c');
insert into plan.note values ('c0000000-0000-4000-8000-00000000000c', 'd0000000-0000-4000-8000-00000000000d', 'of B');

-- attack
set session authorization plan_app;
set plan.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into plan.project values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c');

-- seen
select exists (select from plan.note where id = 'd0000000-0000-4000-8000-00000000000d') as seen;
