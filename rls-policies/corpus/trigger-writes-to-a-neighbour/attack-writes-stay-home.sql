-- rows
-- none

-- attack
set session authorization post_app;
set post.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into post.letter
    values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c',
            'b0000000-0000-4000-8000-000000000002', 'by A');

-- seen
reset session authorization;
select exists (select from post.inbox where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
