-- rows
-- none

-- attack
set session authorization old_app;
set old.tenant = 'a0000000-0000-4000-8000-000000000001';
set old.times = 0;
insert into old.item (tenant_id, id, name)
select (array['a0000000-0000-4000-8000-000000000001',
              'b0000000-0000-4000-8000-000000000002'])
           [set_config('old.times', (current_setting('old.times')::int + 1)::text, false)::int]::uuid,
       'c0000000-0000-4000-8000-00000000000c', 'by A';

-- seen
reset session authorization;
select exists (select from old.item_copy where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
