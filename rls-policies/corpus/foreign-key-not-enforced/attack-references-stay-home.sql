-- rows
insert into desk.folder values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization desk_app;
set desk.org = 'a0000000-0000-4000-8000-000000000001';
do $$ begin
    insert into desk.paper
    values ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001',
            'd0000000-0000-4000-8000-00000000000d');
exception when foreign_key_violation then
    perform set_config('desk.told', 'missing', false);
end $$;
insert into desk.paper
    values ('a0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002',
            'c0000000-0000-4000-8000-00000000000c');

-- seen
reset session authorization;
select exists (select from desk.paper
                where org_id = 'a0000000-0000-4000-8000-000000000001'
                  and folder_id = 'c0000000-0000-4000-8000-00000000000c')
       and coalesce(current_setting('desk.told', true), '') = 'missing' as seen;
