-- rows
insert into ship.parcel values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization ship_app;
delete from ship.parcel;

-- seen
reset session authorization;
select not exists (select from ship.parcel where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
