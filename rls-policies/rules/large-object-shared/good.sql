create role rule_app login;
create role rule_archive nologin;
select lo_create(424242);
grant select on large object 424242 to rule_archive;
