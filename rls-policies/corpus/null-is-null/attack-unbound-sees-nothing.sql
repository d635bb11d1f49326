-- rows
insert into poll.vote values (null, 'c0000000-0000-4000-8000-00000000000c', 'of nobody');

-- attack
set session authorization poll_app;

-- seen
select exists (select from poll.vote where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
