-- rows
insert into seat.hall values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c');
insert into seat.chair values ('c0000000-0000-4000-8000-00000000000c', 1);

-- attack
set session authorization seat_app;
set seat.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into seat.hall values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', true);

-- seen
select exists (select from seat.chair where hall_id = 'c0000000-0000-4000-8000-00000000000c') as seen;
