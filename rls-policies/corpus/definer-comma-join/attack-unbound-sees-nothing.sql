-- rows
insert into pay.tariff values ('t', 500);
insert into pay.charge values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 't');

-- attack
set session authorization pay_app;

-- seen
select coalesce(pay.charge_total('b0000000-0000-4000-8000-000000000002') = 500, false) as seen;
