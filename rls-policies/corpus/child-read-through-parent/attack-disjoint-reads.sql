-- rows
insert into inh.archived_note
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization inh_app;
set inh.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from inh.note where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
