--liquibase formatted sql

--changeset hedgerow:preflight runAlways:true splitStatements:false stripComments:false
--comment: Lists the rows that a later changeset would refuse, before the first one changes anything.
do $$
declare
    rule record;
    rows bigint;
    keys text;
    bound text[] := '{}';
    listed text[] := '{}';
    name text;
begin
    -- Nothing is installed yet, or the keys of 0160 hold already.
    if to_regclass('app.asset') is null
       or exists (select from pg_catalog.pg_attribute
                   where attrelid = to_regclass('app.asset') and attname = 'livemode') then
        return;
    end if;

    -- FORCE binds an installer that is not a superuser and would see no row. The policies opened here are closed
    -- below, in the same transaction and under its lock.
    foreach name in array array['app.agent_limit', 'app.customer_payment_method', 'app.ledger_account',
                                'app.payment_order', 'app.price', 'app.provider_transaction', 'app.refund',
                                'app.wallet'] loop
        if row_security_active(name) then
            execute format('alter table %s no force row level security', name);
            bound := bound || name;
        end if;
    end loop;

    for rule in
        select *
          from (values ('app.wallet', 'chain'),
                       ('app.customer_payment_method', 'chain'),
                       ('app.agent_limit', 'asset'),
                       ('app.price', 'asset'),
                       ('app.payment_order', 'asset'),
                       ('app.refund', 'asset'),
                       ('app.provider_transaction', 'asset'),
                       ('app.ledger_account', 'unit')) key (child, "column")
    loop
        execute format(
            'with known as (select code, livemode from app.chain
                            union all
                            select a.code, c.livemode from app.asset a join app.chain c on c.code = a.chain)
             select count(*), string_agg(key, '', '' order by key) filter (where n <= 10)
               from (select format(''%%s/%%s/%%s'', organization_id, case when livemode then ''live'' else ''test'' end,
                                   id) as key,
                            row_number() over (order by organization_id, livemode, id) as n
                       from %1$s
                      where (%2$L <> ''unit'' and %2$I is not null or %2$I::text like ''%%.%%'')
                        and not exists (select from known where known.code = %2$I and known.livemode = %1$s.livemode)
                    ) offender',
            rule.child, rule."column")
           into rows, keys;
        if rows > 0 then
            listed := listed || format('%s: %s whose %s does not exist for its mode: %s', rule.child,
                                       case rows when 1 then '1 row' else rows || ' rows' end, rule."column",
                                       keys || case when rows > 10 then ', ...' else '' end);
        end if;
    end loop;

    if cardinality(listed) > 0 then
        raise exception 'some rows break the rules of this version, so nothing was changed'
            using errcode = '23514', detail = array_to_string(listed, e'\n'),
                  hint = 'Mend each row (organization/mode/id) in a transaction that begins with '
                         'app.bind(organization, ''system:mend'', livemode), then install again.';
    end if;

    foreach name in array bound loop
        execute format('alter table %s force row level security', name);
    end loop;
end
$$;
--rollback empty
