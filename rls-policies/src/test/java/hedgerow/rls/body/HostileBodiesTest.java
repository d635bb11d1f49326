package hedgerow.rls.body;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Reading a body runs none of its code, whoever reads: a sequence, which no rollback takes back, stays
/// where it was.
class HostileBodiesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String TRAP = """
        set local check_function_bodies = off;
        create schema trap;
        create sequence trap.sprung;
        create function trap.spring(text default nextval('trap.sprung')::text) returns text volatile language plpgsql
            as $$ begin perform nextval('trap.sprung'); return 'x'; end $$;
        create function trap.constant(text) returns text immutable language plpgsql
            as $$ begin perform nextval('trap.sprung'); return 'x'; end $$;
        create function trap.inlined(int) returns bigint immutable language sql
            as $$ select nextval('trap.sprung') $$;
        create type trap.pair as (a text, b text);
        create function trap.cast(text) returns trap.pair immutable language plpgsql
            as $$ begin perform nextval('trap.sprung'); return null; end $$;
        create cast (text as trap.pair) with function trap.cast(text) as implicit;
        create function trap.sum(int, int) returns int immutable language plpgsql
            as $$ begin perform nextval('trap.sprung'); return 1; end $$;
        create operator trap.+ (function = trap.sum, leftarg = int, rightarg = int);
        create function trap.cut() returns trigger language plpgsql
            as $$ begin perform nextval('trap.sprung'); return null; end $$;
        create table trap.cheese (id bigint default nextval('trap.sprung'), note text default trap.spring(),
                                  made text generated always as (trap.constant(note)) stored);
        insert into trap.cheese (id, note) values (1, 'x');
        create trigger cut before insert or update or delete on trap.cheese for each row execute function trap.cut();
        create view trap.slice as select trap.constant('x') as slice, nextval('trap.sprung');
        create materialized view trap.rind as select 1 as rind with no data;
        """;

    private static final String RESET = "select setval('trap.sprung', 1, false)";

    private static Stream<String> statements() {
        return Stream.of(
                "perform trap.spring('x')",
                "perform trap.spring()",
                "perform trap.constant('x')",
                "perform trap.inlined(1)",
                "perform 'x'::text::trap.pair",
                "perform ('x'::text)::trap.pair is null",
                "perform 1 operator(trap.+) 2",
                "perform nextval('trap.sprung')",
                "perform (select trap.constant('x')), array(select trap.spring('x'))",
                "n := trap.constant('x')",
                "if trap.constant('x') = 'x' then n := 'y'; end if",
                "case trap.constant('x') when 'x' then n := 'y'; end case",
                "for i in 1 .. length(trap.constant('x')) loop n := i; end loop",
                "for n in select trap.constant('x') loop null; end loop",
                "foreach n in array array[trap.constant('x')] loop null; end loop",
                "while trap.constant('x') = 'x' loop exit; end loop",
                "execute 'select trap.constant(''x'')'",
                "execute 'select $1' into n using trap.constant('x')",
                "execute 'drop table trap.cheese'",
                "execute trap.constant('x')",
                "raise notice '%', trap.constant('x')",
                "raise exception '%', trap.constant('x') using hint = trap.constant('y')",
                "assert trap.constant('x') = 'x', trap.constant('y')",
                "insert into trap.cheese default values",
                "insert into trap.cheese (note) values (trap.constant('x')) returning note into n",
                "insert into trap.cheese (id) select nextval('trap.sprung')",
                "update trap.cheese set note = trap.constant('x') where trap.constant('x') = 'x'",
                "delete from trap.cheese where trap.spring('x') = 'x'",
                "merge into trap.cheese c using (values (1)) v (id) on c.id = v.id when matched then do nothing",
                "with gone as (delete from trap.cheese returning trap.constant('x')) select * from gone into n",
                "perform * from trap.slice",
                "select trap.constant('x') limit length(trap.constant('x')) into n",
                "copy trap.cheese from program 'touch /tmp/hedgerow-sprung'",
                "copy trap.cheese to program 'touch /tmp/hedgerow-sprung'",
                "do 'begin perform nextval(''trap.sprung''); end'",
                "call trap.spring('x')",
                "refresh materialized view trap.rind",
                "explain analyze select trap.constant('x')",
                "create table trap.more as select trap.constant('x')",
                "select trap.constant('x') as x into trap.more",
                "perform 1; select nextval('trap.sprung')",
                "perform $q$;$q$ || nextval('trap.sprung')",
                "perform 1) hedgerow_query) hedgerow_scope; select nextval('trap.sprung') --",
                "return query select trap.constant('x')",
                "return next trap.constant('x')",
                "return trap.constant('x')",
                "begin perform 1 / 0; exception when others then n := trap.constant('x'); end");
    }

    private static Stream<String> declarations() {
        return Stream.of(
                "n text := trap.constant('x')",
                "n constant text not null default trap.spring()",
                "n trap.cheese.note%type := trap.constant('x')",
                "n trap.cheese%rowtype",
                "n trap.pair := 'x'::text",
                "n numeric(length(trap.constant('x')))",
                "n text[] := array[trap.constant('x')]",
                "c cursor for select trap.constant('x')");
    }

    private static Stream<String> queries() {
        return Stream.of(
                "select trap.constant('x')",
                "select trap.spring()",
                "insert into trap.cheese default values returning note",
                "select 'x'::text::trap.pair::text",
                "select trap.constant('x'); delete from trap.cheese",
                "select 'x'; do $$ begin perform nextval('trap.sprung'); end $$",
                "select slice from trap.slice");
    }

    private static Stream<String> bodies() {
        var begun = statements()
                .flatMap(statement -> Stream.of("text", "setof text")
                        .map(type -> "returns %s language plpgsql as $body$ declare n text; begin %s; end $body$"
                                .formatted(type, statement)));
        var declared = declarations()
                .map(declaration -> "returns void language plpgsql as $body$ declare %s; begin perform 1; end $body$"
                        .formatted(declaration));
        var queried = queries().map("returns text language sql as $body$ %s $body$"::formatted);
        return Stream.of(begun, declared, queried).flatMap(each -> each);
    }

    private Connection connection;

    @BeforeEach
    void load() throws SQLException {
        connection = DATABASE.admin();
        connection.setAutoCommit(false);
        execute(TRAP);
    }

    @AfterEach
    void undo() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void no_function_is_run() throws SQLException {
        var bodies = bodies().toList();
        for (var i = 0; i < bodies.size(); i++) {
            execute("create function trap.f%d(given trap.pair default ('a', trap.constant('x'))) %s"
                    .formatted(i, bodies.get(i)));
        }
        assertNothingRuns(true);
    }

    @Test
    void no_trigger_is_run() throws SQLException {
        var statements = statements().toList();
        for (var i = 0; i < statements.size(); i++) {
            execute("""
                create function trap.t%1$d() returns trigger language plpgsql as $body$
                    declare n text; begin %2$s; return new; end $body$;
                create trigger t%1$d before insert on trap.cheese for each row execute function trap.t%1$d()
                """.formatted(i, statements.get(i)));
        }
        assertNothingRuns(true);
    }

    /// The server runs the check of a domain on a literal while it parses; no body is then read.
    @Test
    void a_check_of_a_domain_is_not_run() throws SQLException {
        execute("""
            create domain trap.bait as text check (trap.constant(value) = 'x');
            create type trap.baits as (one trap.bait);
            create function trap.one() returns text language plpgsql
                as $body$ begin return 'x'::trap.bait; end $body$;
            create function trap.many() returns text language plpgsql
                as $body$ begin return '{x}'::trap.bait[]; end $body$;
            create function trap.within() returns text language plpgsql
                as $body$ begin return '(x)'::trap.baits; end $body$
            """);
        assertNothingRuns(false);
    }

    /// The parser also compares the bounds of a range.
    @Test
    void the_comparison_of_a_range_is_not_run() throws SQLException {
        execute("""
            create function trap.compare(int, int) returns int immutable language plpgsql
                as $$ begin perform nextval('trap.sprung'); return 0; end $$;
            create operator class trap.by_trap for type int using btree as
                operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
                function 1 trap.compare(int, int);
            create type trap.span as range (subtype = int, subtype_opclass = trap.by_trap);
            create function trap.spanned() returns text language plpgsql
                as $body$ begin return '[1,2]'::trap.span; end $body$
            """);
        assertNothingRuns(false);
    }

    /// Reads every body and checks that none of its code has run.
    ///
    /// @param parsed whether something can be read at all
    private void assertNothingRuns(boolean parsed) throws SQLException {
        execute(RESET);
        var catalog = Catalog.read(connection);
        var reader = new BodyReader(connection, catalog, new CatalogNames(catalog));
        var read = 0;
        for (var function : catalog.functions().values()) {
            if (function.schema().equals("trap") && function.returnType() != RowTypes.TRIGGER) {
                read += assertNotRun(reader.read(function));
            }
        }
        for (var table : catalog.relationsIn(List.of("trap"))) {
            for (var trigger : table.triggers()) {
                read += assertNotRun(
                        reader.read(catalog.function(trigger.function()).orElseThrow(), table));
            }
        }
        assertThat(read > 0).isEqualTo(parsed);
    }

    /// Reads a body.
    ///
    /// @return 1 if it could be read
    private int assertNotRun(Body body) throws SQLException {
        assertThat(sprung())
                .as(body.function().body().orElse(body.function().quoted()))
                .isFalse();
        return body.missing().isEmpty() ? 1 : 0;
    }

    private boolean sprung() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select is_called from trap.sprung")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }
}
