package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.or;
import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Generator;
import hedgerow.rls.expr.Value;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The evaluator and the encoding agree on random expressions and values.
///
/// `-Dagreement.expressions=100000` tries more of them, `-Dagreement.seed` others.
class ExpressionsAgreeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int TRIED = Integer.getInteger("agreement.expressions", 2_000);
    private static final long SEED = Long.getLong("agreement.seed", 18);
    private static final int VALUES = 10;
    private static final int DEEPEST = 3;

    /// The number of expressions that share a snapshot.
    private static final int AT_ONCE = 500;

    private static final double MOST_IMPRECISE = 0.001;

    private static final List<Value> UUIDS = List.of(
            Value.of(UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001")),
            Value.of(UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002")));

    private static final Map<String, List<Value>> DOMAINS = Map.of(
            "id", List.of(Value.of(1), Value.of(2), Value.of(3)),
            "n", List.of(Value.of(1), Value.of(2), Value.of(-5), Value.of(7)),
            "big", List.of(Value.of(1), Value.of(20_000_000_000L)),
            "name", List.of(Value.of(""), Value.of("a"), Value.of("abc"), Value.of("Ab")),
            "code", List.of(Value.of("a"), Value.of("B"), Value.of("b")),
            "flag", List.of(Value.TRUE, Value.FALSE),
            "org", UUIDS);

    private static final List<String> TENANTS = List.of("", "aaaaaaaa-0000-4000-8000-000000000001", "nonsense");
    private static final List<String> MODES = List.of("", "on", "a");

    private final Random random = new Random(SEED);
    private final Generator generator = Generator.of(SEED);
    private final Map<String, Integer> seen = new TreeMap<>();
    private final List<String> unsound = new ArrayList<>();
    private final List<String> imprecise = new ArrayList<>();
    private Model model;
    private Relation table;

    /// A row and a session.
    ///
    /// @param row by number of the column
    private record Around(Map<Integer, Value> row, Map<String, String> settings) implements Evaluator.World {

        @Override
        public Value column(Expr.Column column) {
            return row.getOrDefault(column.number(), Value.UNKNOWN);
        }

        @Override
        public Value setting(String name) {
            return Optional.ofNullable(settings.get(name)).map(Value::of).orElse(Value.NULL);
        }
    }

    @Test
    void evaluator_and_encoding_agree_on_random_expressions() throws SQLException {
        for (var tried = 0; tried < TRIED; tried += AT_ONCE * VALUES) {
            var expressions = Math.min(AT_ONCE, Math.ceilDiv(TRIED - tried, VALUES));
            try (var connection = DATABASE.admin()) {
                connection.setAutoCommit(false);
                var attempts = new Attempts(connection);
                attempts.execute("create schema app; create table app.t (%s)".formatted(Generator.COLUMNS));
                attempts.execute(Generator.functions("app"));
                for (var i = 0; i < expressions; i++) {
                    attempts.execute(
                            "create policy p%d on app.t using (%s)".formatted(i, generator.bool(1 + i % DEEPEST)));
                }
                hold(Catalog.read(connection));
                connection.rollback();
            }
        }
        System.out.println("expressions: " + seen);
        imprecise.stream().limit(5).forEach(System.out::println);
        assertThat(unsound).as("so, and not in the encoding").isEmpty();
        assertThat(imprecise).as("not so, but in the encoding").hasSizeLessThanOrEqualTo((int)
                (TRIED * MOST_IMPRECISE));
        assertThat(seen).containsKeys("Bool[value=true]", "Bool[value=false]", "Null[]", "precise");
    }

    private void hold(Catalog catalog) {
        var settings =
                new Settings(Set.of("app"), Set.of(), Set.of(), Set.of(), List.of(), Set.of(), Set.of(), List.of());
        model = Model.of(catalog, settings, _ -> Optional.empty());
        table = catalog.relationsIn(Set.of("app")).getFirst();
        for (var policy : table.policies()) {
            var worlds = new ArrayList<Around>();
            for (var i = 0; i < VALUES; i++) {
                worlds.add(around());
            }
            hold(policy, model.policies().read(table, policy.usingTree().orElseThrow()), worlds);
        }
    }

    private Around around() {
        var row = new TreeMap<Integer, Value>();
        table.columns().forEach(column -> row.put(column.number(), orNothing(DOMAINS.get(column.name()), Value.NULL)));
        var settings = new LinkedHashMap<String, String>();
        settings.put("app.tenant", orNothing(TENANTS, null));
        settings.put("app.mode", orNothing(MODES, null));
        return new Around(row, settings);
    }

    private <T> T orNothing(List<T> choices, T nothing) {
        var choice = random.nextInt(choices.size() + 1);
        return choice == choices.size() ? nothing : choices.get(choice);
    }

    private void hold(Policy policy, Expr expr, List<Around> worlds) {
        var known = new ArrayList<Around>();
        var values = new ArrayList<Value>();
        for (var world : worlds) {
            var value = new Evaluator(model.names(), world).evaluate(expr);
            seen.merge(value.isKnown() ? value.toString() : value.getClass().getSimpleName(), 1, Integer::sum);
            if (value.isKnown()) {
                known.add(world);
                values.add(value);
            }
        }
        if (known.isEmpty()) {
            return;
        }
        if (ask(expr, known, (truth, i) -> matches(truth, values.get(i)), true) == Search.Found.NOTHING) {
            for (var i = 0; i < known.size(); i++) {
                var value = values.get(i);
                if (ask(expr, List.of(known.get(i)), (truth, _) -> matches(truth, value), true)
                        == Search.Found.NOTHING) {
                    unsound.add(describe(policy, known.get(i), value));
                }
            }
        }
        var other = ask(expr, known, (truth, i) -> isNot(truth, values.get(i)), false);
        seen.merge(other == Search.Found.NOTHING ? "precise" : "may be otherwise: " + other, 1, Integer::sum);
        if (other == Search.Found.CANDIDATE) {
            imprecise.add(describe(policy, known.getFirst(), values.getFirst()));
        }
    }

    private static String describe(Policy policy, Around world, Value value) {
        return "%s of %s: %s".formatted(policy.usingSql().orElseThrow(), world, value);
    }

    private static String matches(Truth truth, Value value) {
        return value.isNull() ? truth.isNull() : value.isTrue() ? truth.isTrue() : truth.isFalse();
    }

    private static String isNot(Truth truth, Value value) {
        var others = new ArrayList<>(List.of(truth.isTrue(), truth.isFalse(), truth.isNull()));
        others.remove(value.isNull() ? 2 : value.isTrue() ? 0 : 1);
        return or(others);
    }

    /// Whether a formula can hold.
    ///
    /// @param all of them, or one
    private Search.Found ask(Expr expr, List<Around> worlds, BiFunction<Truth, Integer, String> formula, boolean all) {
        var encoding = new Encoding(model, false);
        var formulas = new ArrayList<String>();
        for (var i = 0; i < worlds.size(); i++) {
            var session = Session.of("s" + i, 0);
            PinnedRows.pin(encoding, session, worlds.get(i).settings());
            var slot = encoding.there(table);
            encoding.script()
                    .require(PinnedRows.hasValues(
                            encoding, session, slot, worlds.get(i).row()));
            formulas.add(formula.apply(encoding.truth(expr, Place.of(session, slot)), i));
        }
        return PinnedRows.search(encoding, all ? and(formulas) : or(formulas));
    }
}
