package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reviews a database: one snapshot, every rule, one REPEATABLE READ READ ONLY transaction, which is rolled
/// back.
///
/// A rule that the server refuses to run, or a catalog that this role may not read, makes the review partial; the rest
/// goes on.
public final class Reviewer {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .reversed()
            .thenComparing(Finding::rule)
            .thenComparing(Finding::object)
            .thenComparing(Finding::detail);

    /// The settings of the session. A lock on a catalog is held briefly, or by somebody who rebuilds it.
    static final String SESSION = "set transaction isolation level repeatable read read only;"
            + " set local lock_timeout = '10s'; set local statement_timeout = '5min'";

    private static final String DENIED = "42501";

    /// The oid of the superuser that initdb creates.
    private static final long BOOTSTRAP = 10;

    private final RuleCatalog rules;
    private final Config config;
    private final Predicate<RulePage> wanted;

    /// A reviewer.
    ///
    /// @param wanted decides which rules run
    public Reviewer(RuleCatalog rules, Config config, Predicate<RulePage> wanted) {
        this.rules = rules;
        this.config = config;
        this.wanted = wanted;
    }

    /// Opens a session on a database on which leaks may be tried, as [Prover] requires.
    @FunctionalInterface
    public interface Stage {
        Connection open() throws SQLException;
    }

    /// Reviews a database on which no leak is tried.
    ///
    /// @param connection of any role that can read catalogs; outside a transaction, before and after the
    ///     call
    /// @throws ConfigProblem if the configuration names objects that the database does not have
    /// @throws SQLException if the connection fails
    public Reviewed review(Connection connection, Origin origin, Progress progress) throws SQLException {
        return review(connection, origin, progress, Optional.empty());
    }

    /// Reviews a database.
    ///
    /// @param stage a copy of the database, or the database itself if it is ours; opened when everything
    ///     has been read
    public Reviewed review(Connection connection, Origin origin, Progress progress, Optional<Stage> stage)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(connection, SESSION);
            progress.at("reading the catalogs", 0, 1);
            var settings = settings(connection);
            var catalog = Catalog.read(connection);
            new ConfigCheck(config, catalog, settings).run();
            var engine = new Engine(connection, catalog, settings, config, stage);
            return review(connection, origin, progress, settings, catalog, engine);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /// Computes the settings, on which every rule depends.
    ///
    /// @param connection in a transaction
    public Settings settings(Connection connection) throws SQLException {
        try {
            return new SettingsReader(connection, rules).read(config);
        } catch (SQLException e) {
            if (!DENIED.equals(e.getSQLState())) {
                throw e;
            }
            var why = e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
            throw new SQLException(
                    "nothing can be reviewed, because every rule needs a catalog that is closed: " + why, DENIED, e);
        }
    }

    private Reviewed review(
            Connection connection, Origin origin, Progress progress, Settings settings, Catalog catalog, Engine engine)
            throws SQLException {
        var gaps = new ArrayList<>(origin.gaps());
        gaps.addAll(catalog.gaps());
        var running = rules.folders().stream()
                .filter(rule -> wanted.test(rule.page()) && rule.page().appliesTo(catalog.major()))
                .toList();
        var runner = new RuleRunner(connection, catalog, settings);
        var found = findings(connection, runner, running, gaps, progress);
        var proofs = engine.proofs(running.stream().map(RuleFolder::page).toList(), progress);
        gaps.addAll(proofs.gaps());
        var slugs = running.stream().map(rule -> rule.page().slug()).toList();
        var judgement = new Judgement(catalog, settings, runner.analysis(), proofs, found, slugs);
        var examinations = new Examinations(config.examined(), judgement.undecided(), objects(catalog));
        gaps.addAll(examinations.gaps());
        var located = judgement.findings().stream()
                .map(finding -> located(finding, origin, catalog))
                .sorted(ORDER)
                .toList();
        var acceptance = new Acceptances(acceptances(), located, LocalDate.now());
        var roles = new RoleReport(catalog, settings);
        var assumptions = new ArrayList<>(origin.assumptions());
        assumptions.addAll(new Assumptions(config, catalog, settings).lines());
        assumptions.addAll(acceptance.notes());
        assumptions.addAll(proofs.assumptions());
        assumptions.addAll(examinations.notes());
        var review = new Review(
                provenance(catalog, origin),
                coverage(catalog, settings, running.size()),
                "PostgreSQL %s, %s".formatted(catalog.server().versionName(), origin.name()),
                origin.live() ? roles.connection() : "loaded from files: there is no connection of an application",
                distinct(gaps),
                distinct(assumptions),
                roles.roles(),
                acceptance.open(),
                Stream.concat(acceptance.accepted().stream(), judgement.accepted().stream())
                        .toList(),
                examinations.examined());
        return new Reviewed(review, catalog, settings, proofs);
    }

    private static List<String> distinct(List<String> lines) {
        return lines.stream().distinct().toList();
    }

    /// The acceptances of the rules that run: without the rule, a missing finding proves nothing.
    private List<Config.Acceptance> acceptances() {
        return config.accepted().stream()
                .filter(each -> rules.page(each.rule()).filter(wanted).isPresent())
                .toList();
    }

    /// Functions and views, in the spelling of findings.
    private static List<String> objects(Catalog catalog) {
        return Stream.concat(
                        catalog.functions().values().stream().map(function -> "function " + function.quoted()),
                        catalog.relations().values().stream().map(Relation::quoted))
                .toList();
    }

    private static Provenance provenance(Catalog catalog, Origin origin) {
        var version = Optional.ofNullable(Reviewer.class.getPackage().getImplementationVersion());
        return new Provenance(
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                version.orElse("(not packaged)"),
                catalog.server().versionName(),
                origin.name(),
                origin.live() ? Optional.of(catalog.server().user()) : Optional.empty());
    }

    private static Coverage coverage(Catalog catalog, Settings settings, int rules) {
        var tables = catalog.relationsIn(settings.schemas()).stream()
                .filter(Relation::isTable)
                .toList();
        return new Coverage(
                settings.schemas().stream().sorted().toList(),
                tables.size(),
                settings.tenantTables().size(),
                settings.sharedTables().size(),
                tables.stream().mapToInt(table -> table.policies().size()).sum(),
                rules);
    }

    /// Runs all rules. Rules in SQL keep the server busy, those in Java a thread here. A rule that fails
    /// becomes a gap.
    private static List<Finding> findings(
            Connection connection, RuleRunner runner, List<RuleFolder> running, List<String> gaps, Progress progress)
            throws SQLException {
        var gapsInJava = new ArrayList<String>();
        var inJava = CompletableFuture.supplyAsync(() -> runInJava(runner, running, gapsInJava));
        var inSql = running.stream()
                .filter(rule -> rule.body() instanceof RuleFolder.Sql)
                .toList();
        var findings = new ArrayList<Finding>();
        for (var i = 0; i < inSql.size(); i++) {
            progress.at(inSql.get(i).page().slug(), i, running.size());
            findings.addAll(runInSql(connection, runner, inSql.get(i), gaps));
        }
        if (inSql.size() < running.size()) {
            progress.at("rules about expressions", inSql.size(), running.size());
        }
        findings.addAll(inJava.join());
        gaps.addAll(gapsInJava);
        runner.faults().stream().sorted().forEach(gaps::add);
        progress.at("done", running.size(), running.size());
        return findings;
    }

    private static List<Finding> runInSql(Connection connection, RuleRunner runner, RuleFolder rule, List<String> gaps)
            throws SQLException {
        var before = connection.setSavepoint();
        try {
            var findings = runner.runInSql(rule);
            connection.releaseSavepoint(before);
            return findings;
        } catch (SQLException e) {
            connection.rollback(before);
            gaps.add("rule %s could not be checked: %s".formatted(rule.page().slug(), firstLine(e)));
            return List.of();
        }
    }

    private static List<Finding> runInJava(RuleRunner runner, List<RuleFolder> running, List<String> gaps) {
        var findings = new ArrayList<Finding>();
        for (var rule : running) {
            try {
                findings.addAll(runner.runInJava(rule));
            } catch (RuntimeException e) {
                gaps.add("rule %s could not be checked: internal error, %s"
                        .formatted(rule.page().slug(), e));
            }
        }
        return findings;
    }

    private static Finding located(Finding finding, Origin origin, Catalog catalog) {
        return new Finding(
                finding.rule(),
                finding.leaks(),
                finding.severity(),
                finding.object(),
                finding.detail(),
                origin.live() ? finding.fix() : finding.fix().flatMap(sql -> ownNames(sql, catalog)),
                origin.locations().apply(finding.object()),
                finding.leak());
    }

    /// A fix without our own names. The scratch database has a name of ours, and psql knows the name of the
    /// real one; our superuser has no part in a fix. The role that runs the files runs the fix as well, so
    /// that its default privileges need no name.
    private static Optional<String> ownNames(String fix, Catalog catalog) {
        var named = fix.replaceAll(
                "\\bdatabase " + Pattern.quote(catalog.server().database()) + "\\b", "database :\"DBNAME\"");
        var loaderIsSuperuser = catalog.roles().values().stream()
                .anyMatch(role -> role.superuser() && role.name().equals(Origin.LOADER));
        var own = loaderIsSuperuser ? named.replace(" for role " + Origin.LOADER + " ", " ") : named;
        var superuser = catalog.role(BOOTSTRAP).map(Role::name).orElse("");
        return Optional.of(own).filter(sql -> superuser.isEmpty() || !sql.contains(superuser));
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
