-- rows
insert into storage.objects
    values ('c0000000-0000-4000-8000-00000000000c', 'scans', 'b0000000-0000-4000-8000-000000000002/scan.pdf');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

-- seen
select exists (select from storage.objects where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
