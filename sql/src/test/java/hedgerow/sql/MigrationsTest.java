package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.DatabaseProblem.Code;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import liquibase.Liquibase;
import liquibase.changelog.ChangeSet;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private HedgerowDatabase copy;
    private Migrations schema;

    @BeforeEach
    void copy() {
        copy = DATABASE.copy();
        schema = new Migrations(copy.adminUrl());
    }

    @AfterEach
    void drop() {
        copy.close();
    }

    @Test
    void migrating_again_changes_nothing() {
        var before = Catalog.objects(copy.adminUrl());
        var told = new ArrayList<String>();
        assertThat(schema.pending(Optional.empty())).isEmpty();
        assertThat(schema.migrate(Optional.empty(), told::add)).isZero();
        assertThat(told).isEmpty();
        Catalog.assertSame(Catalog.objects(copy.adminUrl()), before);
    }

    @Test
    void the_last_schema_file_can_be_taken_back_and_brought_again() {
        var before = Catalog.objects(copy.adminUrl());
        schema.rollback(1, line -> {});
        assertThat(Catalog.objects(copy.adminUrl())).isNotEqualTo(before);
        assertThat(schema.pending(Optional.empty())).isNotEmpty();
        assertThat(schema.migrate(Optional.empty(), line -> {})).isPositive();
        Catalog.assertSame(Catalog.objects(copy.adminUrl()), before);
    }

    @Test
    void every_business_table_can_be_taken_back_file_by_file_and_brought_again() {
        var before = Catalog.objects(copy.adminUrl());
        var files = Catalog.strings(
                copy.adminUrl(), "select id from databasechangelog where filename ~ '^sql/schema/' and id > '0040'");
        for (var file = files.size(); file > 0; file--) {
            schema.rollback(1, line -> {});
        }
        assertThat(exists("app.organization")).isTrue();
        assertThat(exists("app.provider")).isFalse();
        schema.migrate(Optional.empty(), line -> {});
        Catalog.assertSame(Catalog.objects(copy.adminUrl()), before);
    }

    @Test
    void no_more_can_be_taken_back_than_there_is() {
        assertThatThrownBy(() -> schema.rollback(0, line -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> schema.rollback(1000, line -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 1000");
        execute("create database nothing_installed");
        try {
            var empty = new Migrations(copy.adminUrl().withDatabase("nothing_installed"));
            assertThatThrownBy(() -> empty.rollbackPreview(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nothing is installed");
        } finally {
            execute("drop database nothing_installed with (force)");
        }
    }

    @Test
    void a_preview_of_a_rollback_names_what_the_rollback_takes_back_and_changes_nothing() {
        var preview = schema.rollbackPreview(2);
        assertThat(schema.pending(Optional.empty())).isEmpty();
        var undone = new ArrayList<String>();
        schema.rollback(2, undone::add);
        assertThat(undone)
                .containsExactlyElementsOf(
                        preview.stream().map(name -> "rolled back " + name).toList());
    }

    @Test
    void a_rollback_leaves_the_changesets_of_another_changelog_and_mode_alone() {
        schema.migrate(Optional.of(Mode.SEALED), line -> {});
        execute("insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype)"
                + " values ('1', 'shop', 'shop/1.sql', now(), 1000, 'EXECUTED')");
        var preview = schema.rollbackPreview(1);
        var undone = new ArrayList<String>();
        schema.rollback(1, undone::add);
        assertThat(undone)
                .containsExactlyElementsOf(
                        preview.stream().map(name -> "rolled back " + name).toList())
                .last()
                .asString()
                .contains("sql/schema/");
    }

    @Test
    void a_migration_that_fails_half_way_is_rolled_back_and_named() {
        var broken = new Migrations(copy.adminUrl(), warning -> {}, "half-way/changelog.yaml", Duration.ofSeconds(5));
        refused(
                Code.MIGRATION_FAILED,
                () -> broken.migrate(Optional.empty(), line -> {}),
                "half-way/0020_bad.sql (0020-bad)",
                "SQLSTATE 42P01: relation \"public.nowhere\" does not exist",
                "near: insert into public.nowhere");
        assertThat(exists("public.good")).isTrue();
        assertThat(exists("public.bad")).isFalse();
        assertThat(broken.pending(Optional.empty())).containsExactly("half-way/0020_bad.sql (0020-bad)");
        assertThat(schema.migrate(Optional.empty(), line -> {})).isZero(); // the lock is free again
    }

    @Test
    void a_lock_left_behind_is_named_and_the_hint_helps() {
        schema.pending(Optional.empty());
        execute("update databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'a killed process'");
        var hasty = new Migrations(copy.adminUrl(), warning -> {}, "sql/changelog.yaml", Duration.ZERO);
        refused(Code.MIGRATION_LOCKED, () -> hasty.migrate(Optional.empty(), line -> {}), "a killed process");
        assertThatThrownBy(() -> hasty.migrate(Optional.empty(), line -> {}))
                .isInstanceOfSatisfying(DatabaseProblem.class, problem -> {
                    var hint = problem.hint();
                    execute(hint.substring(hint.indexOf("run: ") + "run: ".length()));
                });
        assertThat(schema.migrate(Optional.empty(), line -> {})).isZero();
    }

    @Test
    void the_mode_is_kept_unless_another_is_asked_for() {
        assertThat(schema.mode()).contains(Mode.PLAIN);
        schema.migrate(Optional.of(Mode.SEALED), line -> {});
        assertThat(schema.mode()).contains(Mode.SEALED);
        schema.migrate(Optional.empty(), line -> {});
        assertThat(schema.mode()).contains(Mode.SEALED);
    }

    /// Liquibase's own command line passes the mode alone.
    @ParameterizedTest
    @CsvSource({"plain,none", "sealed,hmac"})
    void the_changelog_by_itself_has_a_seal_for_each_mode(String mode, String seal) throws Exception {
        try (var connection = copy.admin()) {
            var database =
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            var liquibase = new Liquibase("sql/changelog.yaml", new ClassLoaderResourceAccessor(), database);
            liquibase.setChangeLogParameter("mode", mode);
            assertThat(liquibase.getDatabaseChangeLog().getChangeSets())
                    .extracting(ChangeSet::getFilePath)
                    .filteredOn(file -> file.contains("/seal_") && file.contains("functions"))
                    .containsExactly("sql/functions/seal_%s.sql".formatted(seal));
        }
    }

    @Test
    void a_seal_that_does_not_fit_the_mode_is_refused_before_anything_changes() throws SQLException {
        var before = Catalog.objects(copy.adminUrl());
        refused(
                Code.MIGRATION_FAILED,
                () -> schema.sealedBy(Optional.of(Seal.HMAC)).migrate(Optional.of(Mode.PLAIN), line -> {}),
                "seal_hmac",
                "seal=none");
        Catalog.assertSame(Catalog.objects(copy.adminUrl()), before);
    }

    @Test
    void a_sealed_database_stays_sealed() {
        schema.migrate(Optional.of(Mode.SEALED), line -> {});
        refused(
                Code.MIGRATION_FAILED,
                () -> schema.migrate(Optional.of(Mode.PLAIN), line -> {}),
                "sql/functions/session_plain.sql",
                "SQLSTATE 55000");
        assertThat(schema.mode()).contains(Mode.SEALED);
    }

    @Test
    void the_demo_data_fills_an_empty_database_once() {
        assertThat(schema.isEmpty()).isTrue();
        schema.seed();
        assertThat(schema.isEmpty()).isFalse();
        var orders = Catalog.strings(copy.adminUrl(), "select count(*) from app.payment_order");
        schema.seed();
        assertThat(Catalog.strings(copy.adminUrl(), "select count(*) from app.payment_order"))
                .isEqualTo(orders);
    }

    @Test
    void demo_data_that_does_not_fit_is_rolled_back_and_named() {
        execute("alter table app.refund rename to refunded");
        refused(Code.SEED_FAILED, schema::seed, "sql/seed/demo.sql", "SQLSTATE 42P01");
        assertThat(schema.isEmpty()).isTrue();
    }

    private static void refused(Code code, ThrowingCallable action, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(DatabaseProblem.class, problem -> {
            assertThat(problem.code()).as(problem.toString()).isEqualTo(code);
            assertThat(problem.toString()).contains(parts);
        });
    }

    private boolean exists(String table) {
        return Catalog.objects(copy.adminUrl()).stream().anyMatch(line -> line.startsWith("relation: " + table + ":"));
    }

    private void execute(String sql) {
        try (var connection = copy.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
