-- rows
set session authorization chat_app;
set chat.tenant = 'b0000000-0000-4000-8000-000000000002';
select chat.say('of B');
reset session authorization;

-- attack
set session authorization chat_app;
set chat.tenant = '';

-- seen
select exists (select from chat.word where words = 'of B') as seen;
