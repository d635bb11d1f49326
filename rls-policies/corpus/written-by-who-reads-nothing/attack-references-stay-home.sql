-- rows
insert into post.project values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization post_import;
set post.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into post.note values ('c0000000-0000-4000-8000-00000000000c', 'd0000000-0000-4000-8000-00000000000d', 'by A');

-- seen
reset session authorization;
select exists (select from post.note where project_id = 'c0000000-0000-4000-8000-00000000000c') as seen;
