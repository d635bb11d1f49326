-- rows
insert into care.patient
    values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'secret');
insert into care.assignment
    values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c',
            'b0000000-0000-4000-8000-000000000002');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"clinic_id": "a0000000-0000-4000-8000-000000000001", "user_rank": "nurse",
                           "sub": "d0000000-0000-4000-8000-00000000000d"}';
insert into care.assignment
    values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c',
            'd0000000-0000-4000-8000-00000000000d');

-- seen
select exists (select from care.patient where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
