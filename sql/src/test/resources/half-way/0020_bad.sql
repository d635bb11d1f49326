--liquibase formatted sql

--changeset hedgerow:0020-bad splitStatements:false stripComments:false
--comment: Fails at its second statement, so that its first must go, too.
create table public.bad ();
insert into public.nowhere values (1);
--rollback drop table public.bad;
