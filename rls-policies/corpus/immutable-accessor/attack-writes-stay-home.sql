-- rows
insert into bil.bill values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization bil_app;
set bil.tenant = 'b0000000-0000-4000-8000-000000000002';
prepare rename (text) as update bil.bill set body = $1;
set plan_cache_mode = force_generic_plan;
execute rename('by B');
set bil.tenant = 'a0000000-0000-4000-8000-000000000001';
execute rename('by A');

-- seen
reset session authorization;
select exists (select from bil.bill where tenant_id = 'b0000000-0000-4000-8000-000000000002' and body = 'by A') as seen;
