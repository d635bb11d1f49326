-- rows
insert into storage.buckets values ('projects', 'projects');
insert into api.project values ('d0000000-0000-4000-8000-00000000000d', 'b0000000-0000-4000-8000-000000000002', 'of B');
insert into storage.objects
    values ('c0000000-0000-4000-8000-00000000000c', 'projects', 'd0000000-0000-4000-8000-00000000000d/plan.pdf');
insert into api.project
    values ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001',
            'a0000000-0000-4000-8000-000000000001/x');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

-- seen
select exists (select from storage.objects where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
