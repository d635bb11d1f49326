-- rows
insert into api.invitation
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', sha256('token of B'));

-- attack
set session authorization authenticator;
set role anon;

-- seen
select api.invitation_org('token of B') = 'b0000000-0000-4000-8000-000000000002' as seen;
