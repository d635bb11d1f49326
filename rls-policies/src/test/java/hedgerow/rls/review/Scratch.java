package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.probe.Undecided;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.review.rules.Analysis;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// A database to damage: a superuser's transaction that is rolled back at the end, including roles.
///
/// The only visible logins are those that its scripts create.
final class Scratch implements AutoCloseable {

    private static final String NO_OTHER_LOGINS = """
        do $$ declare login regrole; begin
            for login in select oid from pg_roles where rolcanlogin and not rolsuper loop
                execute format('alter role %s nologin', login);
            end loop;
        end $$
        """;

    private static final RuleCatalog RULES = RuleCatalog.load();
    private static final String STATE = read("state.sql");

    /// The catalog of any database: rules in SQL do not read it.
    private static volatile Catalog anyCatalog;

    private final Connection connection;
    private final boolean closes;

    Scratch(HedgerowDatabase database) throws SQLException {
        this(database.admin(), true);
    }

    /// A scratch database on a connection that others use afterwards, so that the server keeps its plans of
    /// the rules.
    Scratch(Connection connection) throws SQLException {
        this(connection, false);
    }

    private Scratch(Connection connection, boolean closes) throws SQLException {
        this.connection = connection;
        this.closes = closes;
        connection.setAutoCommit(false);
        load(NO_OTHER_LOGINS);
        load("create role rule_reviewer");
    }

    /// Runs a script as the superuser.
    void load(String script) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    /// Every fact of the catalogs that a statement may change, one a line.
    List<String> state() throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(STATE)) {
            var lines = new ArrayList<String>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return lines;
        }
    }

    Savepoint mark() throws SQLException {
        return connection.setSavepoint();
    }

    void backTo(Savepoint mark) throws SQLException {
        connection.rollback(mark);
    }

    List<Finding> find(RuleFolder rule) throws SQLException {
        return review(List.of(rule));
    }

    List<Finding> findAll() throws SQLException {
        return review(RULES.folders());
    }

    List<Finding> findAll(Predicate<RuleFolder> which) throws SQLException {
        return review(RULES.folders().stream().filter(which).toList());
    }

    private static String read(String resource) {
        try (var in = Scratch.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The proofs about a database whose leaks are tried there.
    static Proofs prove(Connection connection, Config config) throws SQLException {
        return Prover.prove(
                connection,
                Catalog.read(connection),
                new SettingsReader(connection, RULES).read(config),
                ProveOptions.DEFAULTS,
                Optional.of(connection),
                _ -> {});
    }

    /// The result of rules and prover.
    ///
    /// @param proofs unaffected by acceptances
    /// @param proving how long they took, from the catalog on
    record Judged(Judgement judgement, Catalog catalog, Settings settings, Proofs proofs, Duration proving) {}

    /// The result of a review with all rules, and of the prover, which tries its leaks here.
    Judged judge(Config config) throws SQLException {
        var found = asReviewer(RULES.folders(), config, runner -> run(runner, RULES.folders()));
        var settings = new SettingsReader(connection, RULES).read(config);
        var catalog = Catalog.read(connection);
        var start = System.nanoTime();
        var proofs = Prover.prove(
                connection,
                catalog,
                settings,
                ProveOptions.DEFAULTS,
                Optional.of(connection),
                Map.of(),
                new Undecided(connection, catalog, settings, _ -> {}),
                _ -> {});
        var proving = Duration.ofNanos(System.nanoTime() - start);
        var accepted = AcceptedProofs.apply(config, proofs, ProveOptions.DEFAULTS, LocalDate.now());
        var slugs = RULES.pages().stream().map(RulePage::slug).toList();
        var judgement = new Judgement(catalog, settings, new Analysis(catalog, settings), accepted, found, slugs);
        return new Judged(judgement, catalog, settings, proofs, proving);
    }

    private List<Finding> review(List<RuleFolder> rules) throws SQLException {
        return asReviewer(rules, Config.NONE, runner -> run(runner, rules));
    }

    @FunctionalInterface
    private interface Asking<T> {
        T of(RuleRunner runner) throws SQLException;
    }

    /// Runs as a role without any right, in a read-only subtransaction.
    private <T> T asReviewer(List<RuleFolder> rules, Config config, Asking<T> asking) throws SQLException {
        var begin = connection.setSavepoint();
        load("set local role rule_reviewer; set local transaction_read_only = on");
        var settings = new SettingsReader(connection, RULES).read(config);
        var answer = asking.of(new RuleRunner(connection, catalog(rules), settings));
        connection.rollback(begin);
        return answer;
    }

    private List<Finding> run(RuleRunner runner, List<RuleFolder> rules) throws SQLException {
        var applicable = rules.stream()
                .filter(rule -> rule.page().appliesTo(anyCatalog.major()))
                .toList();
        var inJava = CompletableFuture.supplyAsync(() -> applicable.stream()
                .flatMap(rule -> runner.runInJava(rule).stream())
                .toList());
        var findings = new ArrayList<Finding>();
        for (var rule : applicable) {
            findings.addAll(runner.runInSql(rule));
        }
        findings.addAll(inJava.join());
        return findings;
    }

    private Catalog catalog(List<RuleFolder> rules) throws SQLException {
        var known = anyCatalog;
        if (known != null && rules.stream().noneMatch(rule -> rule.body() instanceof RuleFolder.Java)) {
            return known;
        }
        var own = Catalog.read(connection);
        anyCatalog = own;
        return own;
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        if (closes) {
            connection.close();
        }
    }
}
