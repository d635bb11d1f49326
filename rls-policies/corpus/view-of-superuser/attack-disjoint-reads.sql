-- rows
insert into desk.bill
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 5, 'of B');

-- attack
set session authorization desk_app;
set desk.org = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from desk.bill_card where org_id = 'b0000000-0000-4000-8000-000000000002') as seen;
