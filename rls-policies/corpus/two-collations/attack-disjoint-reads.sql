-- rows
insert into ring.bell values ('globex', 'c0000000-0000-4000-8000-00000000000c', 'B');

-- attack
set session authorization ring_app;
set ring.tenant = 'acme';

-- seen
select exists (select from ring.bell where tenant = 'globex') as seen;
