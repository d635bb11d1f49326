package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.copy.CopyLab;
import hedgerow.rls.prove.Attacker;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Leaks of a copied database, where the copy equals it and where it does not.
class CopiedProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String SHOP = """
        create role shop_app login;
        create schema shop;
        grant usage on schema shop to shop_app;
        create table shop.bill (tenant_id uuid not null, id uuid primary key);
        create table shop.note (tenant_id uuid not null, id uuid primary key);
        alter table shop.bill enable row level security;
        alter table shop.note enable row level security;
        create policy looks on shop.bill for select using (true);
        create policy looks on shop.note for select using (true);
        create policy makes on shop.bill for insert
            with check (tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid);
        grant select, insert on shop.bill, shop.note to shop_app;
        create function shop.native() returns trigger language internal as 'suppress_redundant_updates_trigger';
        create trigger native before update on shop.note for each row execute function shop.native();
        """;

    @Test
    void a_leak_is_seen_where_the_copy_is_the_same_and_left_open_where_it_is_not() throws SQLException {
        var options = new ProveOptions(
                Set.of(Claim.DISJOINT_READS), Set.of(), Set.of(), Duration.ofSeconds(5), false, Optional.empty());
        var verdicts = new TreeMap<String, Verdict>();
        try (var connection = DATABASE.admin();
                var lab = new CopyLab(DATABASE.major());
                var scratch = new Scratch(connection)) {
            scratch.load(SHOP);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            lab.copy(connection, copied -> {
                Map<String, String> lacking = copied.copy().lacking();
                try (var stage = copied.copy().stage()) {
                    Prover.prove(
                                    connection,
                                    copied.catalog(),
                                    settings,
                                    options,
                                    Optional.of(stage),
                                    lacking,
                                    Attacker.NONE,
                                    _ -> {})
                            .cells()
                            .forEach(cell -> verdicts.put(cell.object(), cell.verdict()));
                }
            });
        }
        assertThat(verdicts.get("shop.bill"))
                .isInstanceOfSatisfying(
                        Verdict.Refuted.class,
                        refuted -> assertThat(refuted.leak()).matches(Leak::seen));
        assertThat(verdicts.get("shop.note"))
                .isInstanceOfSatisfying(
                        Verdict.Unknown.class,
                        unknown -> assertThat(unknown.reasons())
                                .singleElement()
                                .asString()
                                .contains("the copy is not the same at shop.note", "it is written in C"));
    }
}
