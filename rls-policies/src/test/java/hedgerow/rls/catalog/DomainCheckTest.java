package hedgerow.rls.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server runs the check of a domain on a literal while it parses. Reading a catalog runs nobody's
/// code.
class DomainCheckTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String ATTACK = """
        create schema trap;
        create sequence trap.sprung;
        create function trap.spring(int) returns boolean volatile language sql
            return nextval('trap.sprung') > 0;
        create domain trap.bait as int check (trap.spring(value));
        create function trap.helper() returns boolean stable language sql set search_path = trap
            as $$ select '{1}'::bait[] is not null $$;
        create table trap.cheese (tenant_id uuid);
        alter table trap.cheese enable row level security;
        create policy bait on trap.cheese using (trap.helper());
        """;

    @ParameterizedTest
    @ValueSource(strings = {"volatile", "immutable"})
    void a_check_that_calls_functions_of_users_is_not_run(String volatility) throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            execute(connection, "set check_function_bodies = off");
            execute(connection, ATTACK.replace("volatile", volatility));
            var catalog = Catalog.read(connection);
            assertThat(sprung(connection)).isFalse();
            assertThat(catalog.gaps()).anyMatch(gap -> gap.contains("of the domain trap.bait would run"));
            connection.rollback();
        }
    }

    @Test
    void an_ordinary_check_is_no_hindrance() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            execute(connection, "create domain slug as text check (value ~ '^[a-z]+$' and length(value) < 40)");
            execute(connection, "create extension if not exists citext");
            execute(connection, "create domain email as citext check (value ~ '^[^@]+@[^@]+$')");
            assertThat(Catalog.read(connection).gaps()).isEmpty();
            connection.rollback();
        }
    }

    private static boolean sprung(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select is_called from trap.sprung")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
