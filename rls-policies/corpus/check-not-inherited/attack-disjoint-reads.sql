-- rows
insert into news.old_item values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', true);

-- attack
set session authorization news_app;
set news.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from news.item where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
