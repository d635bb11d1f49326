-- rows
-- none

-- attack
set session authorization aud_app;
set aud.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into aud.doc values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'by A');

-- seen
set aud.tenant = 'b0000000-0000-4000-8000-000000000002';
select exists (select from aud.change where body = 'by A') as seen;
