package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.review.Rule.Hit;
import hedgerow.rls.review.rules.Analysis;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs rules on one connection, inside the caller's transaction, which may be read-only. The rules in Java share one
/// analysis of the catalog, which is for one thread at a time.
final class RuleRunner {

    private final Connection connection;
    private final Analysis analysis;

    RuleRunner(Connection connection, Catalog catalog, Settings settings) {
        this.connection = connection;
        this.analysis = new Analysis(catalog, settings);
    }

    /// The analysis that the rules in Java share.
    Analysis analysis() {
        return analysis;
    }

    /// The objects on which rules in Java failed.
    Set<String> faults() {
        return analysis.faults();
    }

    /// Runs a rule in SQL; does nothing for a rule in Java.
    ///
    /// @return in the rule's order
    List<Finding> runInSql(RuleFolder rule) throws SQLException {
        return switch (rule.body()) {
            case RuleFolder.Sql sql -> findings(rule.page(), hits(sql.text()));
            case RuleFolder.Java _ -> List.of();
        };
    }

    /// Runs a rule in Java, which needs no connection.
    ///
    /// @return in the rule's order; empty for a rule in SQL
    List<Finding> runInJava(RuleFolder rule) {
        return switch (rule.body()) {
            case RuleFolder.Sql _ -> List.of();
            case RuleFolder.Java java -> findings(rule.page(), java.rule().find(analysis));
        };
    }

    private static List<Finding> findings(RulePage page, List<Hit> hits) {
        return hits.stream().map(hit -> finding(page, hit)).toList();
    }

    private List<Hit> hits(String sql) throws SQLException {
        var hits = new ArrayList<Hit>();
        try (var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                hits.add(hit(rows));
            }
        }
        return hits;
    }

    private static Hit hit(ResultSet row) throws SQLException {
        return new Hit(
                row.getString("object"),
                row.getString("detail"),
                Optional.ofNullable(row.getString("fix")),
                row.getBoolean("exposed"));
    }

    private static Finding finding(RulePage page, Hit hit) {
        var severity = hit.exposed() ? page.severity() : Severity.INFO;
        return new Finding(
                page.slug(), page.leaks(), severity, hit.object(), hit.detail(), hit.fix(), Optional.empty());
    }
}
