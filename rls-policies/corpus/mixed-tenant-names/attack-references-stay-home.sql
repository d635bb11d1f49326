-- rows
insert into desk.tenant values ('b0000000-0000-4000-8000-000000000002', 'B');

-- attack
set session authorization desk_app;
set desk.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into desk.invoice values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 1);

-- seen
reset session authorization;
select exists (select from desk.invoice i join desk.tenant t on t.id = i.payer
                where t.id = 'b0000000-0000-4000-8000-000000000002') as seen;
