--liquibase formatted sql

--changeset hedgerow:0162-principal-subject splitStatements:false stripComments:false
--comment: The key of a principal is a plain column: a publication of a table whose key is generated stops its changes.
set local role hedgerow_owner;

alter table app_private.principal alter column subject drop expression if exists;

-- Written here and nowhere else. A subscriber fires no trigger, and gets the column as it is.
create or replace function app_private.name_principal() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.subject := new.kind || ':' || new.id;
    return new;
end
$$;
create or replace trigger subject before insert or update of subject, kind, id on app_private.principal
    for each row execute function app_private.name_principal();
alter table app_private.principal
    add constraint principal_subject_check check (subject = kind || ':' || id::text);

reset role;
--rollback alter table app_private.principal drop constraint principal_subject_check;
