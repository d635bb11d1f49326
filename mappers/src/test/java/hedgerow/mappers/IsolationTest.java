package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The owner of acme calls every statement with the identifiers of globex: its organization, its people,
/// its rows.
class IsolationTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static final Set<String> SHARED =
            Set.of("provider", "provider_mode", "provider_currency", "chain", "asset");

    private static final Map<String, List<UUID>> IDS = new HashMap<>();
    private static final Set<String> TABLES = new HashSet<>();

    private static TenantKey acme;
    private static TenantKey globex;
    private static Database acmeOwner;
    private static Database globexOwner;

    @BeforeAll
    static void open() {
        acme = DEMO.tenant("acme");
        globex = DEMO.tenant("globex");
        acmeOwner = DEMO.as(acme, "owner");
        globexOwner = DEMO.as(globex, "owner");
        TABLES.addAll(DEMO.strings(
                "select relname from pg_class where relnamespace = 'app'::regnamespace" + " and relkind = 'r'"));
        DEMO.strings("update app.auth_session set expires_at = now() + interval '1 day' returning 1");
    }

    static Stream<Mapped> reads() {
        return statements().filter(statement -> !statement.writes());
    }

    static Stream<Mapped> writes() {
        return statements().filter(Mapped::writes);
    }

    private static Stream<Mapped> statements() {
        return Mapped.all(acmeOwner.statements())
                .filter(statement -> !statement.signsIn() && !statement.works())
                .filter(statement -> !statement.method().getName().equals("endedWith")) // of this transaction alone
                .filter(statement -> statement
                        .table(arguments(globex, statement).of(statement).getFirst())
                        .filter(table -> !SHARED.contains(table))
                        .isPresent());
    }

    @ParameterizedTest
    @MethodSource("reads")
    void acme_finds_no_row_of_globex(Mapped statement) {
        var theirs = arguments(globex, statement).of(statement);
        assertThat(rows(call(globexOwner, statement, theirs.getFirst())))
                .as("globex itself reads them")
                .isNotEmpty();
        assertThat(theirs)
                .allSatisfy(values ->
                        assertThat(rows(call(acmeOwner, statement, values))).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("reads")
    void the_ids_of_globex_are_unknown_in_acme(Mapped statement) {
        var mixed = new Arguments(acme, DEMO.user(globex, "owner"), name -> ids(globex, statement, name));
        var foreign = new HashSet<>(ids(globex, statement, "id"));
        foreign.removeAll(ids(acme, statement, "id")); // a person may belong to both
        assertThat(mixed.of(statement))
                .allSatisfy(values -> assertThat(rows(call(acmeOwner, statement, values)))
                        .noneMatch(row -> row instanceof Row known && foreign.contains(known.id())));
    }

    @ParameterizedTest
    @MethodSource("writes")
    void acme_changes_nothing_of_globex(Mapped statement) {
        var theirs = arguments(globex, statement).of(statement);
        assertThat(theirs)
                .allSatisfy(values -> assertThat(rows(tried(statement, values))).isEmpty());
    }

    /// In a turn of acme, the worker calls each of its statements with the identifiers of globex.
    @Test
    void in_a_turn_of_acme_the_worker_neither_reads_nor_changes_anything_of_globex() {
        var working = DEMO.working(acme);
        var statements = Mapped.all(working.statements())
                .filter(Mapped::works)
                .filter(statement -> statement
                        .table(arguments(globex, statement).of(statement).getFirst())
                        .isPresent())
                .toList();
        assertThat(statements)
                .isNotEmpty()
                .allSatisfy(statement -> assertThat(arguments(globex, statement).of(statement))
                        .allSatisfy(values -> assertThat(rows(tried(working, statement, values)))
                                .isEmpty()));
    }

    /// The statement's result, or nothing if a policy refuses it.
    private static Object tried(Mapped statement, Object[] values) {
        return tried(acmeOwner, statement, values);
    }

    private static Object tried(Database database, Mapped statement, Object[] values) {
        try {
            return database.dryRun(on -> invoke(on, statement, values));
        } catch (StatementFailure refused) {
            assertThat(refused.sqlState()).isEqualTo("42501");
            return List.of();
        }
    }

    private static Object call(Database database, Mapped statement, Object[] values) {
        return database.read(on -> invoke(on, statement, values));
    }

    private static Object invoke(Mappers on, Mapped statement, Object[] values) {
        try {
            return statement.method().invoke(on.get(statement.mapper()), values);
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<?> rows(Object result) {
        return switch (result) {
            case null -> List.of();
            case Optional<?> one -> one.stream().toList();
            case List<?> many -> many;
            case Integer changed -> changed == 0 ? List.of() : List.of(changed);
            default -> List.of(result);
        };
    }

    private static Arguments arguments(TenantKey tenant, Mapped statement) {
        return new Arguments(tenant, DEMO.user(tenant, "owner"), name -> ids(tenant, statement, name));
    }

    /// The ids of the table that a parameter refers to (`customerId`, `priceIds`), otherwise of the
    /// statement's table.
    private static List<UUID> ids(TenantKey tenant, Mapped statement, String parameter) {
        var referred = snake(parameter.replaceFirst("Ids?$", ""));
        var table = Stream.of(
                        referred,
                        "webhook_" + referred,
                        snake(statement.mapper().getSimpleName().replaceFirst("Mapper$", "")))
                .filter(TABLES::contains)
                .findFirst();
        return table.map(name -> IDS.computeIfAbsent(tenant + name, key -> ids(tenant, name)))
                .orElseGet(() -> List.of(new UUID(0, 0)));
    }

    private static List<UUID> ids(TenantKey tenant, String table) {
        var sql = switch (table) {
            case "organization" -> "select '%1$s'";
            case "membership" -> "select user_id from app.membership where organization_id = '%1$s'";
            case "invitation", "audit_log" -> "select id from app.%3$s where organization_id = '%1$s'";
            case "app_user" -> "select '%2$s'";
            case "user_identity", "user_wallet", "auth_session" -> "select id from app.%3$s where user_id = '%2$s'";
            case "idempotency_key" -> "select '00000000-0000-0000-0000-000000000000'";
            default -> "select id from app.%3$s where organization_id = '%1$s' and not livemode";
        };
        return DEMO.strings(sql.formatted(tenant.organization(), DEMO.user(tenant, "owner"), table)).stream()
                .map(UUID::fromString)
                .toList();
    }

    private static String snake(String name) {
        return name.replaceAll("(?<!^)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
