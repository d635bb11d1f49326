package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// Reviews a database: one snapshot, every rule, one transaction that is REPEATABLE READ, READ ONLY and rolled back.
///
/// A rule that the server refuses to run, or a catalog that this role may not read, makes the review partial; the rest
/// goes on.
public final class Reviewer {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .reversed()
            .thenComparing(Finding::rule)
            .thenComparing(Finding::object)
            .thenComparing(Finding::detail);

    /// A lock on a catalog is held for a moment, or by somebody who rebuilds it.
    private static final String SESSION = "set transaction isolation level repeatable read read only;"
            + " set local lock_timeout = '10s'; set local statement_timeout = '5min'";

    private static final String DENIED = "42501";

    private final RuleCatalog rules;
    private final Config config;
    private final Predicate<RulePage> wanted;

    /// @param wanted which rules run
    public Reviewer(RuleCatalog rules, Config config, Predicate<RulePage> wanted) {
        this.rules = rules;
        this.config = config;
        this.wanted = wanted;
    }

    /// @param connection of any role that can read catalogs; outside a transaction, and so afterwards
    /// @throws ConfigProblem if the configuration names what the database does not have
    /// @throws SQLException if the connection fails
    public Reviewed review(Connection connection, Origin origin, Progress progress) throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(connection, SESSION);
            progress.at("reading the catalogs", 0, 1);
            var settings = settings(connection);
            var catalog = Catalog.read(connection);
            new ConfigCheck(config, catalog, settings).run();
            return new Reviewed(review(connection, origin, progress, settings, catalog), catalog, settings);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /// Every rule rests on them.
    private Settings settings(Connection connection) throws SQLException {
        try {
            return new SettingsReader(connection, rules).read(config);
        } catch (SQLException e) {
            if (!DENIED.equals(e.getSQLState())) {
                throw e;
            }
            var why = e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
            throw new SQLException("nothing can be reviewed, for all rules need what is closed: " + why, DENIED, e);
        }
    }

    private Review review(Connection connection, Origin origin, Progress progress, Settings settings, Catalog catalog)
            throws SQLException {
        var gaps = new ArrayList<>(origin.gaps());
        gaps.addAll(catalog.gaps());
        var found = findings(connection, new RuleRunner(connection, catalog, settings), catalog, gaps, progress);
        var located = found.stream()
                .map(finding -> located(finding, origin))
                .sorted(ORDER)
                .toList();
        var acceptance = new Acceptances(config.accepted(), located, LocalDate.now());
        var roles = new RoleReport(catalog, settings);
        var assumptions = new ArrayList<>(origin.assumptions());
        assumptions.addAll(new Assumptions(config, catalog, settings).lines());
        assumptions.addAll(acceptance.notes());
        return new Review(
                "PostgreSQL %s, %s".formatted(catalog.server().versionName(), origin.name()),
                origin.live() ? roles.connection() : "loaded from files: there is no connection of an application",
                gaps,
                assumptions,
                roles.roles(),
                acceptance.open(),
                acceptance.accepted());
    }

    /// Rules in SQL keep the server busy, those in Java a thread here.
    private List<Finding> findings(
            Connection connection, RuleRunner runner, Catalog catalog, List<String> gaps, Progress progress)
            throws SQLException {
        var running = rules.folders().stream()
                .filter(rule -> wanted.test(rule.page()) && rule.page().appliesTo(catalog.major()))
                .toList();
        var inJava = CompletableFuture.supplyAsync(() -> runner.runInJava(running));
        var inSql = running.stream()
                .filter(rule -> rule.body() instanceof RuleFolder.Sql)
                .toList();
        var findings = new ArrayList<Finding>();
        for (var i = 0; i < inSql.size(); i++) {
            var rule = inSql.get(i);
            progress.at(rule.page().slug(), i, running.size());
            var before = connection.setSavepoint();
            try {
                findings.addAll(runner.runInSql(rule));
                connection.releaseSavepoint(before);
            } catch (SQLException e) {
                connection.rollback(before);
                gaps.add(
                        "rule %s could not be checked: %s".formatted(rule.page().slug(), firstLine(e)));
            }
        }
        if (inSql.size() < running.size()) {
            progress.at("rules about expressions", inSql.size(), running.size());
        }
        findings.addAll(inJava.join());
        progress.at("done", running.size(), running.size());
        return findings;
    }

    private static Finding located(Finding finding, Origin origin) {
        return new Finding(
                finding.rule(),
                finding.leaks(),
                finding.severity(),
                finding.object(),
                finding.detail(),
                finding.fix(),
                origin.locations().apply(finding.object()));
    }

    private static String firstLine(SQLException e) {
        return "SQLSTATE %s: %s"
                .formatted(e.getSQLState(), e.getMessage().lines().findFirst().orElse(""));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
