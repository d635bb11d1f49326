-- rows
insert into blog.post values ('acme-east', 'c0000000-0000-4000-8000-00000000000c', 'of the east');

-- attack
set session authorization blog_app;
set blog.tenant = 'acme-west';
update blog.post set title = 'of the west';

-- seen
reset session authorization;
select exists (select from blog.post where tenant = 'acme-east' and title = 'of the west') as seen;
