-- The same tables, indexes and triggers without row-level security and without a bound session: only the
-- statements, which name their tenant, remain. Inserts are audited all the same.
do $$
declare
    protected regclass;
    was text;
    unbound text;
    edit record;
begin
    for protected in select oid from pg_class where relrowsecurity loop
        execute format('alter table %s no force row level security, disable row level security', protected);
    end loop;
    for edit in
        select *
          from (values ('app_private.audit()', 'app.organization_id() is distinct from organization'),
                       ('app_private.close_audit_block()',
                        'app.organization_id() is distinct from new.organization_id')) as edit (function, condition)
    loop
        was := pg_get_functiondef(edit.function::regprocedure);
        unbound := replace(was, edit.condition, 'false');
        if unbound = was then
            raise exception '% no longer says "%"', edit.function, edit.condition;
        end if;
        execute unbound;
    end loop;
end
$$;

create or replace function app.actor() returns text
    language sql stable parallel safe
    return 'user:00000000-0000-7000-8000-000000000000';
