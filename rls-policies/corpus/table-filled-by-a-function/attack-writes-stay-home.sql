-- rows
insert into chat.word (words) values ('of nobody');

-- attack
set session authorization chat_app;
set chat.tenant = 'a0000000-0000-4000-8000-000000000001';
select chat.say('of A');

-- seen
set chat.tenant = 'b0000000-0000-4000-8000-000000000002';
select exists (select from chat.word where words = 'of A') as seen;
