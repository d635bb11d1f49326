create role rule_app login;
select lo_create(424242);
grant select on large object 424242 to rule_app;
