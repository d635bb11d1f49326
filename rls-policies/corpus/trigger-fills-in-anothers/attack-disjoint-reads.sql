-- rows
insert into fleet.vehicle
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'B 4711');

-- attack
set session authorization fleet_app;
set fleet.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into fleet.trip
    values ('a0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-00000000000d',
            'c0000000-0000-4000-8000-00000000000c');

-- seen
select exists (select from fleet.trip where plate = 'B 4711') as seen;
