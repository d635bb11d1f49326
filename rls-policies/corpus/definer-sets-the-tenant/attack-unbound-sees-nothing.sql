-- rows
insert into pay.charge values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);

-- attack
set session authorization pay_app;

-- seen
select pay.total('b0000000-0000-4000-8000-000000000002') = 7 as seen;
