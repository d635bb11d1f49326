-- Each case is a statement of one tenant, which must not reach the rows of another. It is held if it does not, and if
-- its control has an effect: the same statement by whom the rows belong to. Run in a transaction that is rolled back,
-- as a superuser, or as a role that no policy binds and that may become the others.
create temporary table hedgerow_case (
    n int primary key, name text, kind text, login text, role text, settings jsonb, preparing text[], statement text,
    counted text, refusals text[], control_login text, control_role text, control_settings jsonb,
    control_statement text,
    before text, control_before text) on commit drop;
create temporary table hedgerow_place (place text primary key, foreign_one boolean) on commit drop;

create function pg_temp.hedgerow_lines(statement text) returns text language plpgsql as $f$
declare
    line record;
    lines text[] := '{}';
begin
    for line in execute statement loop
        lines := lines || line::text;
    end loop;
    return (select coalesce(string_agg(one, E'\n' order by one collate "C"), '') from unnest(lines) one);
end $f$;

-- The result of a statement as somebody, undone: the rows of a query, or the harm that was done.
create function pg_temp.hedgerow_try(kind text, login text, role text, settings jsonb, preparing text[],
                                     statement text, counted text, refusals text[], harm text) returns text
    language plpgsql as $f$
declare
    setting record;
    result text;
    counts bigint;
    one text;
begin
    begin
        foreach one in array preparing loop
            execute one;
        end loop;
        if preparing <> '{}' then
            delete from hedgerow_place where place not in (select rows.place from pg_temp.hedgerow_rows() rows);
        end if;
        if kind = 'reference' then
            execute 'select count(*) from (' || counted || ') found' into counts;
        end if;
        if current_setting('is_superuser')::boolean then
            perform set_config('session_authorization', login, true);
        end if;
        if role <> session_user then
            perform set_config('role', role, true);
        end if;
        for setting in select * from jsonb_each_text(settings) loop
            perform set_config(setting.key, setting.value, true);
        end loop;
        if kind = 'read' then
            result := pg_temp.hedgerow_lines(statement);
        elsif kind = 'refused' then
            execute statement;
            result := 'is not refused';
        else
            execute statement;
            set local session authorization default;
            set local role none;
            if harm = 'reference' then
                execute 'select case when count(*) > ' || counts
                        || ' then ''a row refers to the other tenant''''s'' end'
                        || ' from (' || counted || ') found' into result;
            else
                result := pg_temp.hedgerow_harm(harm);
            end if;
        end if;
        raise exception using errcode = 'HG001', message = coalesce(result, '');
    exception
        when sqlstate 'HG001' then
            return sqlerrm;
        when insufficient_privilege or with_check_option_violation then
            return case when harm = 'any' then 'denied: ' || sqlerrm else '' end;
        when others then
            if sqlstate = any (refusals) and harm <> 'any' then
                return '';
            end if;
            return sqlstate || ': ' || sqlerrm;
    end;
end $f$;

-- Whether a statement changed rows: of the other tenant; of anybody (`unbound`); or at all, in a control (`any`).
create function pg_temp.hedgerow_harm(harm text) returns text language sql as $f$
    with now as materialized (select * from pg_temp.hedgerow_rows())
    select case
        when harm = 'any' then
            case when exists (select from hedgerow_place known
                               where not exists (select from now where now.place = known.place))
                   or exists (select from now
                               where not exists (select from hedgerow_place known where known.place = now.place))
                 then 'changed' else 'nothing changes' end
        else (select coalesce(
            (select 'a row is changed or gone: ' || place from hedgerow_place known
              where (foreign_one or harm = 'unbound' and foreign_one is not null)
                and not exists (select from now where now.place = known.place)
              order by place limit 1),
            (select 'there is a new row: ' || place from now
              where (harm = 'unbound' or whose in ('foreign', 'nobody'))
                and not exists (select from hedgerow_place known where known.place = now.place)
              order by place limit 1)))
    end
$f$;

-- `held`, or why not.
create function pg_temp.hedgerow_check(number int) returns text language plpgsql as $f$
declare
    c hedgerow_case;
    seen text;
begin
    select * into strict c from hedgerow_case where n = number;
    seen := pg_temp.hedgerow_try(c.kind, c.login, c.role, c.settings, c.preparing, c.statement, c.counted, c.refusals,
                                 c.kind);
    if c.kind = 'read' and seen is distinct from c.before then
        return 'shows another tenant''s rows: ' || left(seen, 400);
    elsif c.kind <> 'read' and seen <> '' then
        return seen;
    elsif c.control_login is null then
        return 'held';
    end if;
    seen := pg_temp.hedgerow_try(case c.kind when 'read' then 'read' else 'write' end, c.control_login,
                                 c.control_role, c.control_settings, c.preparing, c.control_statement, null, '{}',
                                 'any');
    if c.kind = 'read' and seen is not distinct from c.control_before then
        return 'cannot be checked: not even the rightful tenant is shown the row';
    elsif c.kind <> 'read' and seen <> 'changed' then
        return 'cannot be checked: the rightful tenant''s statement has no effect: ' || seen;
    end if;
    return 'held';
end $f$;

-- What queries show before the other tenant has rows.
create function pg_temp.hedgerow_look() returns void language sql as $f$
    update hedgerow_case set
        before = pg_temp.hedgerow_try('read', login, role, settings, '{}', statement, null, '{}', ''),
        control_before = pg_temp.hedgerow_try('read', control_login, control_role, control_settings, '{}',
                                              control_statement, null, '{}', '')
     where kind = 'read'
$f$;
