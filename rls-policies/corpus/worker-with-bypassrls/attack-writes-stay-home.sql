-- rows
insert into mail.message
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization mail_worker;
set mail.tenant = 'a0000000-0000-4000-8000-000000000001';
update mail.message set body = 'by A';

-- seen
reset session authorization;
select exists (select from mail.message
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and body = 'by A') as seen;
