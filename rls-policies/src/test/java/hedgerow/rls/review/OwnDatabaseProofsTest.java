package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Proves the claims of our own database.
class OwnDatabaseProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @Test
    void every_claim_holds() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var begun = System.nanoTime();
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var proofs = Prover.prove(
                    connection,
                    Catalog.read(connection),
                    settings,
                    ProveOptions.DEFAULTS,
                    Optional.of(connection),
                    _ -> {});
            System.out.println("seconds " + (System.nanoTime() - begun) / 1e9);
            var kinds = new TreeMap<String, Integer>();
            for (var cell : proofs.cells()) {
                kinds.merge(
                        cell.claim() + " " + cell.kind() + " " + cell.verdict().id(), 1, Integer::sum);
                if (!(cell.verdict() instanceof Verdict.Proved)) {
                    System.out.println(line(cell));
                }
            }
            System.out.println(kinds);
            System.out.println(proofs.assumptions());
            assertThat(proofs.cells()).noneMatch(Cell::isOpen);
        }
    }

    private static String line(Cell cell) {
        return "%s %s %s %s: %s"
                .formatted(
                        cell.claim(),
                        cell.roles(),
                        cell.object(),
                        cell.gate(),
                        switch (cell.verdict()) {
                            case Verdict.Unknown(var reasons) -> "unknown " + reasons;
                            case Verdict.Refuted(var leak) ->
                                leak.kind() + " seen " + leak.seen() + " " + leak.unseen();
                            default -> cell.verdict().id();
                        });
    }
}
