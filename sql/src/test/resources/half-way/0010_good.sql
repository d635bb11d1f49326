--liquibase formatted sql

--changeset hedgerow:0010-good splitStatements:false stripComments:false
--comment: Stays.
create table public.good ();
--rollback drop table public.good;
