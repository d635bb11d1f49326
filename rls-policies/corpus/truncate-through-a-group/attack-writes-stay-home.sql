-- rows
insert into tru.thing values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization tru_app;
set tru.tenant = 'a0000000-0000-4000-8000-000000000001';
truncate tru.thing;

-- seen
reset session authorization;
select not exists (select from tru.thing where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
