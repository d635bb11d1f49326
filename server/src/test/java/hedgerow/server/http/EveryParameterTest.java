package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every query parameter of every operation in the document succeeds on the demo data, and changes the
/// response as its description states. A parameter that no table here knows fails, and so does one that no
/// row of the demo data can demonstrate.
class EveryParameterTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final int LARGEST_PAGE = 100;
    private static final int PAGES = 3;

    /// The relation of a row's time of creation to the bound.
    private static final Map<String, BiPredicate<Instant, Instant>> BOUNDS = Map.of(
            "created_at[gte]",
            (row, bound) -> !row.isBefore(bound),
            "created_at[gt]",
            Instant::isAfter,
            "created_at[lte]",
            (row, bound) -> !row.isAfter(bound),
            "created_at[lt]",
            Instant::isBefore);

    /// Filters without a field of the same name.
    private static final Map<String, Predicate<JsonNode>> DERIVED = Map.of(
            "archived", row -> !row.path("archived_at").isNull(),
            "revoked", row -> !row.path("revoked_at").isNull());

    private static final Map<String, Window> WINDOWS = new HashMap<>();

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    private final Map<String, Consumer<Shown>> lists = Map.of(
            "limit", this::limitLimits,
            "after", this::cursorsPageForward,
            "before", this::cursorsPageBackward,
            "include_total", this::theTotalIsCounted,
            "expand", shown -> expansionsExpand(shown, window(shown.path).rows),
            "fields", this::fieldsSelect,
            "sequence[gt]", shown -> sequencesNarrow(shown, (row, bound) -> row > bound),
            "sequence[lte]", shown -> sequencesNarrow(shown, (row, bound) -> row <= bound));

    private final Map<String, Consumer<Shown>> single = Map.of(
            "expand", shown -> expansionsExpand(shown, window(shown.collection()).rows), "fields", this::fieldsSelect);

    /// A parameter of an operation.
    record Shown(String path, String parameter) {

        boolean isList() {
            return !path.contains("{");
        }

        String collection() {
            return path.replaceFirst("/[{].*", "");
        }

        @Override
        public String toString() {
            return path + "?" + parameter;
        }
    }

    /// The newest rows of a list, and whether these are all.
    record Window(List<JsonNode> rows, boolean whole) {}

    /// Changes a row later: the demo data was made in one transaction, so that its audit log has one time
    /// of creation.
    @BeforeAll
    static void changeSomethingLater() {
        SERVER.as("acme", "Owner")
                .post("/v1/customers", "{\"name\": \"Later\"}")
                .is(201);
    }

    static Stream<Shown> parameters() {
        return SERVER.document()
                .path("paths")
                .propertyStream()
                .filter(path -> path.getKey().startsWith("/v1/")) // pages have tests of their own
                .flatMap(path -> path.getValue()
                        .propertyStream()
                        .filter(operation -> operation.getValue().has("operationId"))
                        .flatMap(operation -> StreamSupport.stream(
                                operation.getValue().path("parameters").spliterator(), false))
                        .map(EveryParameterTest::resolved)
                        .filter(parameter -> parameter.path("in").asString().equals("query"))
                        .map(parameter ->
                                new Shown(path.getKey(), parameter.path("name").asString())));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void a_parameter_has_its_described_effect(Shown shown) {
        var known = shown.isList() ? lists : single;
        if (known.containsKey(shown.parameter)) {
            known.get(shown.parameter).accept(shown);
        } else if (BOUNDS.containsKey(shown.parameter)) {
            boundsNarrow(shown);
        } else {
            filtersNarrow(shown);
        }
    }

    @Test
    void an_expansion_goes_two_deep() {
        var orders = rows(acme.get("/v1/payment-orders?limit=100&expand=payment_link.price")
                .is(200));
        assertThat(orders)
                .filteredOn(order -> !order.path("payment_link_id").isNull())
                .isNotEmpty()
                .allSatisfy(order ->
                        assertThat(order.at("/payment_link/price/id")).isEqualTo(order.at("/payment_link/price_id")));
    }

    // --- what parameters do --------------------------------------------------------------------------------------

    private void limitLimits(Shown shown) {
        var page = acme.get(shown.path + "?limit=1").is(200);
        assertThat(rows(page)).hasSize(1);
        assertThat(page.body().path("has_more").asBoolean()).isTrue();
    }

    private void cursorsPageForward(Shown shown) {
        var first = acme.get(shown.path + "?limit=1").is(200);
        var second =
                acme.get(shown.path + "?limit=1&after=" + first.text("/next")).is(200);
        assertThat(ids(rows(second)))
                .isEqualTo(ids(window(shown.path).rows).subList(1, 2))
                .isNotEqualTo(ids(rows(first)));
    }

    private void cursorsPageBackward(Shown shown) {
        var next = acme.get(shown.path + "?limit=1").is(200).text("/next");
        var second = acme.get(shown.path + "?limit=1&after=" + next).is(200);
        var back = acme.get(shown.path + "?limit=1&before=" + second.text("/previous"))
                .is(200);
        assertThat(ids(rows(back))).isEqualTo(ids(window(shown.path).rows).subList(0, 1));
    }

    private void theTotalIsCounted(Shown shown) {
        assertThat(acme.get(shown.path + "?limit=1").is(200).body().has("total"))
                .isFalse();
        var counted = acme.get(shown.path + "?limit=1&include_total=true").is(200);
        assertThat(counted.body().path("total_exact").asBoolean()).isTrue();
        assertThat(counted.body().path("total").asInt())
                .isEqualTo(walk(shown.path, "", Integer.MAX_VALUE).size());
    }

    /// Checks that every reference that the document describes is shown beside its id in at least one row.
    private void expansionsExpand(Shown shown, List<JsonNode> rows) {
        var references = references(shown.collection());
        assertThat(references).as("references to expand").isNotEmpty();
        for (var reference : references) {
            var row = rows.stream()
                    .filter(one -> !one.path(reference + "_id").isNull())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row of the demo data has a " + reference));
            assertThat(row.has(reference)).isFalse();
            var expanded = shown.isList()
                    ? found(walk(shown.path, "expand=" + reference, PAGES), id(row))
                    : acme.get(shown.collection() + "/" + id(row) + "?expand=" + reference)
                            .is(200)
                            .body();
            assertThat(id(expanded.path(reference)))
                    .as(reference)
                    .isEqualTo(row.path(reference + "_id").asString());
        }
    }

    private void fieldsSelect(Shown shown) {
        var row = window(shown.collection()).rows.getFirst();
        var path = shown.path.replaceFirst("[{].*", id(row)) + "?fields=created_at,object";
        var answer = acme.get(path).is(200);
        assertThat(shown.isList() ? rows(answer) : List.of(answer.body()))
                .allSatisfy(one ->
                        assertThat(Set.copyOf(one.propertyNames())).containsExactlyInAnyOrder("created_at", "object"));
    }

    /// Tries a bound at one of the two newest times of creation, so that it keeps some rows and excludes
    /// others.
    private void boundsNarrow(Shown shown) {
        var rows = window(shown.path).rows;
        var times = rows.stream()
                .map(EveryParameterTest::created)
                .distinct()
                .limit(2)
                .toList();
        assertThat(times).as("times of creation in the demo data").hasSize(2);
        var bound = shown.parameter.matches(".*(gte|lt)]") ? times.getFirst() : times.getLast();
        narrows(shown, bound.toString(), row -> BOUNDS.get(shown.parameter).test(created(row), bound));
    }

    private void filtersNarrow(Shown shown) {
        var derived = DERIVED.get(shown.parameter);
        if (derived != null) {
            narrows(shown, "true", derived);
            narrows(shown, "false", derived.negate());
        } else {
            assertThat(window(shown.path).rows.getFirst().has(shown.parameter))
                    .as(
                            "a field that the filter %s is named after; if it has another meaning, say it in this test",
                            shown.parameter)
                    .isTrue();
            var value = value(shown);
            narrows(shown, value, row -> value.equals(row.path(shown.parameter).asString(null)));
        }
    }

    private void sequencesNarrow(Shown shown, BiPredicate<Long, Long> keeps) {
        var sequence = window(shown.path).rows.stream()
                .filter(row -> row.path("sequence").isNumber())
                .skip(1)
                .findFirst()
                .orElseThrow()
                .path("sequence")
                .asLong();
        narrows(
                shown,
                Long.toString(sequence),
                row -> row.path("sequence").isNumber()
                        && keeps.test(row.path("sequence").asLong(), sequence));
    }

    /// Checks that the list has the matching rows, in their order, and no others.
    private void narrows(Shown shown, String value, Predicate<JsonNode> matches) {
        var window = window(shown.path);
        var wanted = ids(window.rows.stream().filter(matches).toList());
        assertThat(wanted)
                .as("rows that %s=%s keeps and leaves out", shown.parameter, value)
                .isNotEmpty()
                .hasSizeLessThan(window.rows.size());
        var found = walk(shown.path, encoded(shown.parameter) + "=" + encoded(value), PAGES);
        assertThat(found).allMatch(matches);
        assertThat(ids(found)).startsWith(wanted.toArray(String[]::new));
        if (window.whole) {
            assertThat(found).hasSameSizeAs(wanted);
        }
    }

    /// A value that some rows have and others do not.
    private static String value(Shown shown) {
        var values = window(shown.path).rows.stream()
                .map(row -> Optional.ofNullable(row.path(shown.parameter).asString(null)))
                .toList();
        return values.stream()
                .flatMap(Optional::stream)
                .filter(value -> values.stream().anyMatch(other -> !other.equals(Optional.of(value))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the demo data has no two values of " + shown));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static Window window(String path) {
        return WINDOWS.computeIfAbsent(path, _ -> {
            var rows = walk(path, "", PAGES);
            assertThat(rows).as("rows of " + path).hasSizeGreaterThan(1);
            return new Window(rows, rows.size() < PAGES * LARGEST_PAGE);
        });
    }

    /// The rows of all pages, of at most `pages`.
    private static List<JsonNode> walk(String path, String query, int pages) {
        var all = new ArrayList<JsonNode>();
        var next = Optional.of("");
        for (var i = 0; i < pages && next.isPresent(); i++) {
            var page = SERVER.as("acme", "Owner")
                    .get(path + "?limit=" + LARGEST_PAGE + (query.isEmpty() ? "" : "&" + query) + next.get())
                    .is(200);
            all.addAll(rows(page));
            next = Optional.ofNullable(page.text("/next")).map(cursor -> "&after=" + cursor);
        }
        return all;
    }

    private static List<JsonNode> rows(ApiServer.Answer page) {
        return page.body().path("data").valueStream().toList();
    }

    private static JsonNode found(List<JsonNode> rows, String id) {
        return rows.stream().filter(row -> id(row).equals(id)).findFirst().orElseThrow();
    }

    private static List<String> ids(List<JsonNode> rows) {
        return rows.stream().map(EveryParameterTest::id).toList();
    }

    /// The id in the path; a membership is found by its person.
    private static String id(JsonNode row) {
        return row.path("id").asString(row.path("user_id").asString(""));
    }

    private static Instant created(JsonNode row) {
        return Instant.parse(row.path("created_at").asString());
    }

    /// Properties of a row that contain another row, or null.
    private static List<String> references(String path) {
        var list = SERVER.document().path("paths").path(path).at("/get/responses/200/content/application~1json/schema");
        var schema = list.path("$ref").asString().replaceFirst("List$", "");
        return SERVER.document()
                .at(schema.substring(1) + "/properties")
                .propertyStream()
                .filter(property -> property.getValue().has("oneOf"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : SERVER.document().at(reference.substring(1));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
