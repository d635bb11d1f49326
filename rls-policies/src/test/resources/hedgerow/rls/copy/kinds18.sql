-- What 18 has besides.
grant kinds_app to "Weird ""role"" %I; --" with inherit false, set true;
create table kinds.temporal (
    id int, during tstzrange, tenant text, v text generated always as (upper(tenant)) virtual,
    constraint temporal_key primary key (id, during without overlaps)
);
create table kinds.temporal_child (
    id int, during tstzrange, constraint soft check (id > 0) not enforced,
    foreign key (id, period during) references kinds.temporal (id, period during)
);
alter table kinds.temporal add constraint tenant_there not null tenant not valid;
create table kinds.target (id int primary key);
alter table kinds.temporal_child add constraint lazy foreign key (id) references kinds.target not enforced;
