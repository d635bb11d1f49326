-- rows
insert into mail.letter values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'of A');

-- attack
set session authorization mail_app;
set mail.tenant = 'a0000000-0000-4000-8000-000000000001';
update mail.inbox set tenant_id = 'b0000000-0000-4000-8000-000000000002';

-- seen
reset session authorization;
select exists (select from mail.letter where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
