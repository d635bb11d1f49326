-- What is not copied, and what hangs on it.
create schema un;
create foreign data wrapper far;
create server other foreign data wrapper far;
create foreign table un.remote (id int) server other;
create view un.over_remote as select * from un.remote;
create table un.local (id int primary key, tag text);
alter table un.local enable row level security;
create function un.native(text, text) returns boolean language internal immutable strict as 'texteq';
create policy by_native on un.local using (un.native(tag, 'x'));
create view un.over_local as select * from un.local;
create function un.at_ddl() returns event_trigger language plpgsql as $$ begin raise 'no'; end $$;
create event trigger loud on ddl_command_start when tag in ('CREATE CAST') execute function un.at_ddl();
create text search configuration un.words (copy = english);
create table un.searched (body text, words tsvector generated always as (to_tsvector('un.words', body)) stored);
create table un.untouched (id int primary key);
