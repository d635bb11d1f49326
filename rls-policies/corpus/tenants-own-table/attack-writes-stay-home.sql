-- rows
insert into desk.account values ('b0000000-0000-4000-8000-000000000002', 'B', 'free');

-- attack
set session authorization desk_app;
set desk.account = 'a0000000-0000-4000-8000-000000000001';
update desk.account set name = 'by A';

-- seen
reset session authorization;
select exists (select from desk.account where id = 'b0000000-0000-4000-8000-000000000002' and name = 'by A') as seen;
