-- rows
insert into corp.unit values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization corp_clerk;
set corp.tenant = 'b0000000-0000-4000-8000-000000000002';
insert into corp.seat values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d',
    'c0000000-0000-4000-8000-00000000000c');

-- seen
reset session authorization;
select exists (select from corp.seat where tenant_id = 'b0000000-0000-4000-8000-000000000002' and unit_id =
    'c0000000-0000-4000-8000-00000000000c') as seen;
