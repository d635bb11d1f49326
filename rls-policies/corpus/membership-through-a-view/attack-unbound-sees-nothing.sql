-- rows
insert into api.member (org_id, user_id)
    values ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000002');

-- attack
set session authorization authenticator;
set role authenticated;
insert into api.my_membership values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d');

-- seen
reset session authorization;
select exists (select from api.member where user_id = 'd0000000-0000-4000-8000-00000000000d') as seen;
