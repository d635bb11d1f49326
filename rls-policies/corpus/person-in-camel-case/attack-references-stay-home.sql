-- rows
insert into "Post" overriding system value values (7, 'b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization web_app;
set web.person = 'a0000000-0000-4000-8000-000000000001';
insert into "Remark" ("userId", "postId", "body") values ('a0000000-0000-4000-8000-000000000001', 7, 'by A');

-- seen
reset session authorization;
select exists (select from "Remark" where "postId" = 7) as seen;
