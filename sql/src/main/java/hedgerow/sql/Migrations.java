package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.RunStatus;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.lockservice.DatabaseChangeLogLock;
import liquibase.logging.core.NoOpLogService;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/// The schema of one database: which changesets are installed, and which are pending.
///
/// Liquibase runs them, from the same files as `psql -f sql/install.sql`; either continues where the other
/// stopped. Every changeset is a transaction of its own.
public final class Migrations {

    private static final String CHANGELOG = "sql/changelog.yaml";
    private static final String SEED = "sql/seed/demo.sql";
    private static final Contexts EVERY_CONTEXT = new Contexts();
    private static final LabelExpression EVERY_LABEL = new LabelExpression();

    private static final String INSTALLED_SEAL = """
        select case when to_regproc('app_private.session_lines') is not null then 'RESERVED'
                    when to_regproc('app_private.seal_holds') is not null then 'HMAC'
                    else 'NONE' end
        """;

    private static final String MAY_RESERVE = """
        select has_parameter_privilege('backtrace_functions', 'set with grant option')
               or exists (select from pg_catalog.pg_roles
                           where rolname = 'hedgerow_auth'
                             and has_parameter_privilege(oid, 'backtrace_functions', 'set'))
        """;

    private final DatabaseUrl admin;
    private final Consumer<String> warnings;
    private final String changelog;
    private final Duration lockPatience;
    private final Optional<Seal> seal;

    /// A schema whose server warnings go to the log.
    ///
    /// @param admin a superuser, or the owner of the database with CREATEROLE
    public Migrations(DatabaseUrl admin) {
        this(admin, warning -> System.getLogger(Migrations.class.getName()).log(Level.WARNING, warning));
    }

    /// A schema whose server warnings go to a consumer.
    ///
    /// @param admin a superuser, or the owner of the database with CREATEROLE
    /// @param warnings receives each warning of the server, for example about a privilege that only a
    ///     superuser can revoke
    public Migrations(DatabaseUrl admin, Consumer<String> warnings) {
        this(admin, warnings, CHANGELOG, Duration.ofMinutes(1));
    }

    Migrations(DatabaseUrl admin, Consumer<String> warnings, String changelog, Duration lockPatience) {
        this(admin, warnings, changelog, lockPatience, Optional.empty());
    }

    private Migrations(
            DatabaseUrl admin,
            Consumer<String> warnings,
            String changelog,
            Duration lockPatience,
            Optional<Seal> seal) {
        this.admin = admin;
        this.warnings = warnings;
        this.changelog = changelog;
        this.lockPatience = lockPatience;
        this.seal = seal;
    }

    /// This schema, to be installed with another seal.
    ///
    /// @param wanted empty keeps the installed one; sealed mode that is new, or may no longer set its reserved
    ///     parameter, gets [Seal#RESERVED] if the administrator may reserve it, or else [Seal#HMAC]
    public Migrations sealedBy(Optional<Seal> wanted) {
        return new Migrations(admin, warnings, changelog, lockPatience, wanted);
    }

    /// The installed mode; empty before the first migration.
    public Optional<Mode> mode() {
        return query("select to_regprocedure('app_private.mode()') is not null").equals("t")
                ? Optional.of(Mode.valueOf(query("select upper(app_private.mode())")))
                : Optional.empty();
    }

    /// The installed seal; [Seal#NONE] before the first migration.
    public Seal seal() {
        return Seal.valueOf(query(INSTALLED_SEAL));
    }

    private Seal seal(Mode mode) {
        return seal.orElseGet(() -> {
            var installed = seal();
            return mode == Mode.PLAIN || installed == Seal.HMAC
                    ? installed
                    : query(MAY_RESERVE).equals("t") ? Seal.RESERVED : Seal.HMAC;
        });
    }

    /// Brings the database up to date.
    ///
    /// @param mode empty keeps the installed mode, and installs plain mode where nothing is installed
    /// @param progress receives each changeset that ran for the first time, or again because it changed
    /// @return the number of those changesets
    /// @throws DatabaseProblem if a changeset fails: it is rolled back, those before it stay
    public int migrate(Optional<Mode> mode, Consumer<String> progress) {
        var wanted = mode.or(this::mode).orElse(Mode.PLAIN);
        var listener = new MigrationListener(progress);
        run(wanted, listener, liquibase -> {
            awaitLock(liquibase, progress);
            liquibase.update(EVERY_CONTEXT, EVERY_LABEL);
            return null;
        });
        return listener.applied();
    }

    /// The changesets that [#migrate] would run, in order, as `file (id)`.
    public List<String> pending(Optional<Mode> mode) {
        var wanted = mode.or(this::mode).orElse(Mode.PLAIN);
        return run(
                wanted,
                new MigrationListener(line -> {}),
                liquibase ->
                        news(liquibase).stream().map(MigrationListener::name).toList());
    }

    /// Takes back the last `count` schema files, and whatever came after them (policies and functions,
    /// which the next migration restores).
    ///
    /// @throws IllegalArgumentException if there are not that many schema files
    public void rollback(int count, Consumer<String> progress) {
        run(mode().orElse(Mode.PLAIN), new MigrationListener(progress), liquibase -> {
            awaitLock(liquibase, progress);
            toUndo(liquibase, count);
            if (!unrecorded(liquibase).isEmpty()) {
                liquibase.update(EVERY_CONTEXT, EVERY_LABEL);
            }
            liquibase.rollback(toUndo(liquibase, count).size(), EVERY_CONTEXT, EVERY_LABEL);
            return null;
        });
    }

    /// The changesets that [#rollback] would take back, in that order, as `file (id)`. Changesets that
    /// every migration runs are not listed: a rollback leaves their objects.
    ///
    /// @throws IllegalArgumentException if there are not that many schema files
    public List<String> rollbackPreview(int count) {
        return run(
                mode().orElse(Mode.PLAIN),
                new MigrationListener(line -> {}),
                liquibase -> Stream.of(
                                unrecorded(liquibase), toUndo(liquibase, count).reversed())
                        .flatMap(List::stream)
                        .filter(change -> !change.shouldAlwaysRun())
                        .map(MigrationListener::name)
                        .toList());
    }

    /// Whether there is no tenant yet. It also returns false if row security hides the answer.
    public boolean isEmpty() {
        return query("""
            select has_table_privilege(name, 'select') and not row_security_active(name)
              from (values ('app.organization')) as organization (name)
            """).equals("t")
                && query("select not exists (select from app.organization)").equals("t");
    }

    /// Fills the database with the demo data, in one transaction.
    public void seed() {
        try (var connection = connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(resource(SEED));
            }
            connection.commit();
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.SEED_FAILED,
                    "%s was rolled back".formatted(SEED),
                    MigrationListener.describe(e) + MigrationListener.line(resource(SEED), e),
                    "mend the file; an empty database can be seeded again",
                    e);
        }
    }

    // --- Liquibase -----------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Work<T> {
        T on(Liquibase liquibase) throws LiquibaseException;
    }

    private <T> T run(Mode mode, MigrationListener listener, Work<T> work) {
        try (var connection = ServerWarnings.heard(connect(), warnings)) {
            return Scope.child(quiet(), () -> {
                var database =
                        DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
                var liquibase = new Liquibase(changelog, new ClassLoaderResourceAccessor(), database);
                liquibase.setChangeLogParameter("mode", mode.toString());
                liquibase.setChangeLogParameter("seal", seal(mode).toString());
                liquibase.setChangeExecListener(listener);
                liquibase.setShowSummary(UpdateSummaryEnum.OFF);
                liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
                return work.on(liquibase);
            });
        } catch (DatabaseProblem | IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw listener.problem(changelog, e);
        }
    }

    /// Settings without banner, summary, log and telemetry.
    private static Map<String, Object> quiet() {
        return Map.of(
                Scope.Attr.ui.name(),
                new LoggerUIService(),
                Scope.Attr.logService.name(),
                new NoOpLogService(),
                "liquibase.analytics.enabled",
                false,
                "liquibase.showBanner",
                false);
    }

    /// Waits for Liquibase's lock with a message. Liquibase itself waits for minutes in silence.
    private void awaitLock(Liquibase liquibase, Consumer<String> progress) throws LiquibaseException {
        var deadline = Instant.now().plus(lockPatience);
        for (var locks = liquibase.listLocks(); locks.length > 0; locks = liquibase.listLocks()) {
            if (Instant.now().isAfter(deadline)) {
                throw locked(locks[0]);
            }
            progress.accept("waiting for another migration, by " + locks[0].getLockedBy());
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the migration lock", e);
        }
    }

    private static DatabaseProblem locked(DatabaseChangeLogLock lock) {
        return new DatabaseProblem(
                Code.MIGRATION_LOCKED,
                "another migration holds the lock",
                "held by %s since %s".formatted(lock.getLockedBy(), lock.getLockGranted()),
                "wait for it; if it was killed, run: update databasechangeloglock set locked = false, lockedby = null");
    }

    private static List<ChangeSet> news(Liquibase liquibase) throws LiquibaseException {
        return liquibase.listUnrunChangeSets(EVERY_CONTEXT, EVERY_LABEL).stream()
                .filter(change -> isNews(liquibase.getDatabase(), change))
                .toList();
    }

    /// The functions and policies that psql installed, newest first: psql records schema files only. They
    /// run again before a rollback, which drops them before the tables that they depend on. Empty if schema
    /// files are pending as well.
    private static List<ChangeSet> unrecorded(Liquibase liquibase) throws LiquibaseException {
        var news = news(liquibase);
        return news.stream().anyMatch(Migrations::isSchemaFile) ? List.of() : news.reversed();
    }

    /// Whether a changeset is worth reporting. A file that always runs is so only the first time, or when
    /// it has changed.
    private static boolean isNews(Database database, ChangeSet change) {
        try {
            return !change.shouldAlwaysRun() || database.getRunStatus(change) != RunStatus.ALREADY_RAN;
        } catch (LiquibaseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isSchemaFile(ChangeSet change) {
        return !change.shouldAlwaysRun() && !change.shouldRunOnChange();
    }

    /// The changesets that have run since the `count`-th schema file from the end, including that file;
    /// without those of another changelog or of the other mode, which Liquibase does not count.
    private static List<ChangeSet> toUndo(Liquibase liquibase, int count) throws LiquibaseException {
        var changes = liquibase.getDatabaseChangeLog();
        var ran = liquibase.getDatabase().getRanChangeSetList().stream()
                .map(done -> changes.getChangeSet(done.getChangeLog(), done.getAuthor(), done.getId()))
                .filter(Objects::nonNull)
                .toList();
        var schemaFiles = IntStream.range(0, ran.size())
                .filter(index -> isSchemaFile(ran.get(index)))
                .toArray();
        if (schemaFiles.length == 0) {
            throw new IllegalArgumentException("nothing is installed, so no schema file can be rolled back");
        }
        if (count < 1 || count > schemaFiles.length) {
            throw new IllegalArgumentException(
                    "%d schema files can be rolled back; give a number from 1 to that, not %d"
                            .formatted(schemaFiles.length, count));
        }
        return ran.subList(schemaFiles[schemaFiles.length - count], ran.size());
    }

    // --- plain JDBC ----------------------------------------------------------------------------------------------

    /// Connects with the simple query protocol, which needs no prepared statements, so that a transaction
    /// pooler may stand between, and which sends a file as a whole, so that error positions are positions
    /// in that file.
    private Connection connect() {
        return Connector.connect(admin.withParameter("preferQueryMode", "simple"));
    }

    private String query(String sql) {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.MIGRATION_FAILED,
                    "cannot read what is installed in " + admin,
                    MigrationListener.describe(e),
                    "connect as a superuser, or as the owner of the database",
                    e);
        }
    }

    private static String resource(String name) {
        try (var in = Migrations.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("not on the classpath: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
