-- rows
set aud.tenant = 'b0000000-0000-4000-8000-000000000002';
insert into aud.doc values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');
reset aud.tenant;

-- attack
set session authorization aud_app;
set aud.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from aud.change where body = 'of B') as seen;
