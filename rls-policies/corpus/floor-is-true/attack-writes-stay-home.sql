-- rows
insert into rent.flat values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization rent_app;
set rent.tenant = 'a0000000-0000-4000-8000-000000000001';
update rent.flat set address = 'by A';

-- seen
reset session authorization;
select exists (select from rent.flat
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and address = 'by A') as seen;
