package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// psql and Liquibase create the same database, object by object, and either continues where the other
/// stopped.
///
/// Each way gets a server of its own, because roles and their attributes belong to the server.
class InstallTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    /// Every mode with every seal that it can have.
    static Stream<Arguments> kinds() {
        return Stream.of(
                arguments(Mode.PLAIN, Seal.NONE),
                arguments(Mode.PLAIN, Seal.RESERVED),
                arguments(Mode.SEALED, Seal.HMAC),
                arguments(Mode.SEALED, Seal.RESERVED));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void psql_and_liquibase_make_the_same_database(Mode mode, Seal seal) {
        try (var one = EmbeddedPostgres.ephemeral(0, line -> {});
                var other = EmbeddedPostgres.ephemeral(0, line -> {})) {
            Psql.install(admin(one), mode, "seal=" + seal);
            new Migrations(admin(other)).sealedBy(Optional.of(seal)).migrate(Optional.of(mode), line -> {});
            Catalog.assertSame(Catalog.objects(admin(one)), Catalog.objects(admin(other)));
            Catalog.assertSame(Catalog.referenceRows(admin(one)), Catalog.referenceRows(admin(other)));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void liquibase_goes_on_where_psql_stopped(Mode mode, Seal seal) {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            Psql.install(admin(server), mode, "seal=" + seal);
            var before = Catalog.objects(admin(server));
            var schema = new Migrations(admin(server));
            assertThat(schema.mode()).contains(mode);
            assertThat(schema.seal()).isEqualTo(seal);
            schema.migrate(Optional.empty(), line -> {});
            assertThat(schema.pending(Optional.empty())).isEmpty();
            Psql.run(admin(server), Path.of("install.sql"));
            assertThat(schema.mode()).contains(mode);
            assertThat(schema.seal()).isEqualTo(seal);
            Catalog.assertSame(Catalog.objects(admin(server)), before);
        }
    }

    /// The seal that a new sealed database has if nobody names one.
    @ParameterizedTest
    @EnumSource
    void a_superuser_reserves_a_parameter_and_nobody_else_does(UpgradeTest.Way way) throws SQLException {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {});
                var admin = admin(server).connect();
                var statement = admin.createStatement()) {
            statement.execute("create role installer login createrole password 'installer'");
            statement.execute("create database shop owner installer");
            var owner = admin(server).withDatabase("shop").withUser("installer", Optional.of("installer"));
            way.install(owner, Mode.SEALED, Optional.empty());
            assertThat(new Migrations(owner).seal()).isEqualTo(Seal.HMAC);
            way.install(admin(server), Mode.SEALED, Optional.empty());
            assertThat(new Migrations(admin(server)).seal()).isEqualTo(Seal.RESERVED);
            way.install(owner, Mode.SEALED, Optional.empty());
            assertThat(new Migrations(owner).seal()).as("kept").isEqualTo(Seal.HMAC);
            statement.execute("revoke set on parameter backtrace_functions from hedgerow_auth");
            way.install(admin(server), Mode.SEALED, Optional.empty());
            assertThat(new Migrations(admin(server)).seal()).as("granted again").isEqualTo(Seal.RESERVED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_seal_may_be_changed_and_changed_back(UpgradeTest.Way way) {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            way.install(admin(server), Mode.SEALED, Optional.of(Seal.HMAC));
            var before = Catalog.objects(admin(server));
            way.install(admin(server), Mode.SEALED, Optional.of(Seal.RESERVED));
            assertThat(new Migrations(admin(server)).seal()).isEqualTo(Seal.RESERVED);
            way.install(admin(server), Mode.SEALED, Optional.of(Seal.HMAC));
            Catalog.assertSame(
                    Catalog.objects(admin(server)).stream()
                            .filter(line -> !line.startsWith("parameter: "))
                            .toList(),
                    before);
        }
    }

    @Test
    void psql_goes_on_where_liquibase_stopped_and_keeps_the_data() throws SQLException {
        try (var copy = DATABASE.copy()) {
            var objects = Catalog.objects(copy.adminUrl());
            var orders = count(copy);
            Psql.install(copy.adminUrl(), Mode.PLAIN);
            Psql.install(copy.adminUrl(), Mode.PLAIN);
            Catalog.assertSame(Catalog.objects(copy.adminUrl()), objects);
            assertThat(count(copy)).isEqualTo(orders).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_owner_of_a_database_installs_without_being_a_superuser(Mode mode) throws SQLException {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {});
                var admin = admin(server).connect();
                var statement = admin.createStatement()) {
            statement.execute("create role installer login createrole password 'installer'");
            statement.execute("create database shop owner installer");
            var owner = admin(server).withDatabase("shop").withUser("installer", Optional.of("installer"));
            var warnings = new ArrayList<String>();
            assertThat(new Migrations(owner, warnings::add).migrate(Optional.of(mode), line -> {}))
                    .isPositive();
            assertThat(warnings).singleElement().asString().contains("set_config()", "hint: Sealed mode");
            assertThat(new Migrations(owner).migrate(Optional.empty(), line -> {}))
                    .isZero();
            Psql.install(owner, mode);
            assertThat(new Migrations(owner).mode()).contains(mode);
        }
    }

    /// A dump of the database contains neither, so that a restored database lacks them.
    @ParameterizedTest
    @EnumSource
    void every_migration_restores_the_roles_and_the_rights_on_the_database(UpgradeTest.Way way) throws SQLException {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {});
                var admin = admin(server).connect();
                var statement = admin.createStatement()) {
            new Migrations(admin(server)).migrate(Optional.empty(), line -> {});
            var before = Catalog.objects(admin(server));
            statement.execute("grant all on database postgres to public");
            statement.execute("revoke all on database postgres from hedgerow_app, hedgerow_reviewer");
            statement.execute("grant execute on function set_config(text, text, boolean) to public");
            statement.execute("drop role hedgerow_reviewer");
            assertThat(way.upgrade(admin(server))).doesNotContain("ERROR", "failed");
            Catalog.assertSame(Catalog.objects(admin(server)), before);
            assertThat(new Migrations(admin(server)).migrate(Optional.empty(), line -> {}))
                    .isZero();
        }
    }

    /// Policies and functions depend on the tables that a rollback drops, and psql does not record them.
    @Test
    void an_installation_by_psql_can_be_rolled_back() {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            Psql.install(admin(server), Mode.PLAIN);
            var before = Catalog.objects(admin(server));
            var schema = new Migrations(admin(server));
            var preview = schema.rollbackPreview(3);
            var told = new ArrayList<String>();
            schema.rollback(3, told::add);
            assertThat(told.stream().filter(line -> line.startsWith("rolled back ")))
                    .containsExactlyElementsOf(
                            preview.stream().map("rolled back "::concat).toList());
            schema.migrate(Optional.empty(), line -> {});
            Catalog.assertSame(Catalog.objects(admin(server)), before);
        }
    }

    /// Since PostgreSQL 16, CREATEROLE gives no rights on roles that somebody else has created.
    @Test
    void an_owner_who_may_not_administer_existing_roles_gets_instructions() throws SQLException {
        Assumptions.assumeTrue(EmbeddedPostgres.USUAL >= 16);
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {});
                var admin = admin(server).connect();
                var statement = admin.createStatement()) {
            new Migrations(admin(server)).migrate(Optional.empty(), line -> {});
            statement.execute("create role installer login createrole password 'installer'");
            statement.execute("create database shop owner installer");
            var owner = admin(server).withDatabase("shop").withUser("installer", Optional.of("installer"));
            var hint = Pattern.compile("Have a superuser run: (grant .* to installer with admin option)");
            assertThatThrownBy(() -> new Migrations(owner).migrate(Optional.empty(), line -> {}))
                    .isInstanceOfSatisfying(DatabaseProblem.class, problem -> {
                        var grant = hint.matcher(problem.toString());
                        assertThat(grant.find()).as(problem.toString()).isTrue();
                        assertThatCode(() -> statement.execute(grant.group(1))).doesNotThrowAnyException();
                    });
            assertThat(new Migrations(owner).migrate(Optional.of(Mode.SEALED), line -> {}))
                    .isPositive();
            assertThat(Psql.run(owner, Path.of("uninstall.sql")).output()).contains("uninstalled");
        }
    }

    @Test
    void psql_refuses_a_mode_that_does_not_exist_and_installs_nothing() {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            var answer = Psql.run(admin(server), Path.of("install.sql"), "mode=foo");
            assertThat(answer.succeeded()).isFalse();
            assertThat(answer.output()).contains("no such mode", "psql -v mode=plain");
            assertThat(new Migrations(admin(server)).mode()).isEmpty();
        }
    }

    private static long count(HedgerowDatabase database) throws SQLException {
        try (var connection = database.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from app.payment_order")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static DatabaseUrl admin(EmbeddedPostgres server) {
        return server.url("postgres", EmbeddedPostgres.SUPERUSER);
    }
}
