-- rows
insert into desk.export values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization desk_partner;

-- seen
select exists (select from desk.export where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
