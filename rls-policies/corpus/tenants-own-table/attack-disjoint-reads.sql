-- rows
insert into desk.account values ('b0000000-0000-4000-8000-000000000002', 'B', 'free');

-- attack
set session authorization desk_app;
set desk.account = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from desk.account where id = 'b0000000-0000-4000-8000-000000000002') as seen;
