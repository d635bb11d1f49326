package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.probe.Undecided;
import hedgerow.rls.prove.Attacker;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The prover as part of a review: within a time limit, and only if a rule of the review depends on it.
///
/// @param stage the database on which leaks are tried, if any
record Engine(
        Connection connection, Catalog catalog, Settings settings, Config config, Optional<Reviewer.Stage> stage) {

    private static final Duration BUDGET = Duration.ofSeconds(30);

    private static final Proofs NOTHING = new Proofs(List.of(), List.of(), List.of(), List.of());

    /// The leaks whose rules need the prover: reads, writes, and ways around tables.
    private static final Set<String> ASKING = Set.of(
            "definer-bypasses-rls",
            "permissive-policy-opens-tenant",
            "trigger-copies-rows",
            "view-bypasses-rls",
            "with-check-open");

    Proofs proofs(List<RulePage> running, Progress progress) throws SQLException {
        if (running.stream().map(RulePage::slug).noneMatch(ASKING::contains)) {
            return NOTHING;
        }
        var options = ProveOptions.DEFAULTS.within(BUDGET);
        var found =
                stage.isPresent() ? tried(stage.get(), options, progress) : prove(options, Optional.empty(), progress);
        return AcceptedProofs.apply(config, found, options, LocalDate.now());
    }

    /// Tries the leaks. A stage is prepared outside of the review's transaction, because the database's own
    /// code may end the session that tries leaks.
    private Proofs tried(Reviewer.Stage stage, ProveOptions options, Progress progress) throws SQLException {
        String why;
        connection.rollback();
        connection.setAutoCommit(true);
        try (var session = stage.open()) {
            begin();
            try {
                return prove(options, Optional.of(session), progress);
            } catch (SQLException e) {
                if (!session.isClosed()) {
                    throw e;
                }
                why = e.getMessage();
            }
        }
        var proofs = prove(options, Optional.empty(), progress);
        var gaps = new ArrayList<>(proofs.gaps());
        gaps.add("leaks could not be tried: " + why.lines().findFirst().orElse(""));
        return new Proofs(proofs.cells(), proofs.assumptions(), proofs.risks(), gaps);
    }

    private void begin() throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(Reviewer.SESSION);
        }
    }

    private Proofs prove(ProveOptions options, Optional<Connection> session, Progress progress) throws SQLException {
        Consumer<String> at = stage -> progress.at("proving: " + stage, 1, 1);
        var attacker = session.<Attacker>map(stage -> new Undecided(stage, catalog, settings, at))
                .orElse(Attacker.NONE);
        return Prover.prove(connection, catalog, settings, options, session, Map.of(), attacker, at);
    }
}
