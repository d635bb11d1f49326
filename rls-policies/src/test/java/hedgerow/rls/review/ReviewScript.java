package hedgerow.rls.review;

import java.util.stream.Collectors;

/// Writes `rls-policies/review.sql`: the settings and every rule that is SQL, for psql alone.
final class ReviewScript {

    private static final String HEAD = """
        -- A review of row-level security for psql alone, generated from rls-policies/rules; do not edit it:
        --  mvn -pl rls-policies -am -Dregenerate -Dtest=ReviewScriptTest -Dsurefire.failIfNoSpecifiedTests=false test
        --
        --  psql -X -q -f rls-policies/review.sql "$DATABASE_URL" > findings.csv
        --
        -- Any role that reads the catalogs will do; nothing is written. The entries of hedgerow.yaml are settings
        -- here, as in: PGOPTIONS="-c hedgerow.schemas={app}" psql ... (rules/settings.sql has the list).
        -- Not included: %d rules about expressions, and whether a suspicion is true; `hedgerow review` has both.
        \\set QUIET on
        \\set ON_ERROR_ROLLBACK on
        \\pset format csv
        \\pset tuples_only on
        \\timing off
        begin transaction isolation level repeatable read read only;
        set local search_path = pg_catalog, pg_temp;
        set local jit = off;

        %s
        \\gexec
        \\echo rule,severity,object,detail,fix
        """;

    private static final String RULE = """

        -- --- %1$s %2$s
        select '%1$s' as rule,
               case when exposed then '%3$s' else 'info' end as severity, object, detail, fix
          from (
        %4$s
        ) rule
         order by object, detail;
        """;

    private static final String LAST = """

        -- Only shapes are decided here, as the last row states.
        select 'undecided' as rule, 'info' as severity, 'database ' || quote_ident(current_database()) as object,
               'what policies, views, functions and triggers mean was not decided: hedgerow review does' as detail,
               null as fix;

        rollback;
        """;

    private ReviewScript() {}

    static String of(RuleCatalog rules) {
        var bySql = rules.folders().stream()
                .filter(rule -> rule.body() instanceof RuleFolder.Sql)
                .toList();
        var others = rules.folders().size() - bySql.size();
        return HEAD.formatted(others, rules.settings().strip())
                + bySql.stream().map(ReviewScript::rule).collect(Collectors.joining())
                + LAST;
    }

    private static String rule(RuleFolder rule) {
        var page = rule.page();
        var sql = ((RuleFolder.Sql) rule.body()).text().strip();
        var line =
                "-".repeat(Math.max(0, 120 - "-- ---  ".length() - page.slug().length()));
        var query = RULE.formatted(page.slug(), line, page.severity().label(), sql);
        var since = page.since().map(major -> condition(">= " + major)).orElse("");
        var until = page.until().map(major -> condition("<= " + major)).orElse("");
        return since + until + query + "\\endif\n".repeat((since + until).split("\\\\if", -1).length - 1);
    }

    private static String condition(String comparison) {
        return """

            select current_setting('server_version_num')::int / 10000 %s as applies \\gset
            \\if :applies
            """.formatted(comparison);
    }
}
