package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The rules for every list that the document describes: acme and globex have near-identical rows, and
/// neither finds anything of the other, whichever way it asks.
@Tag("isolation")
class EveryResourceTest {

    private static final Set<String> WHOLE = Set.of("/v1/providers", "/v1/chains", "/v1/assets");

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");
    private final ApiServer.Client globex = SERVER.as("globex", "Owner");

    static Stream<String> lists() {
        return SERVER.document().path("paths").properties().stream()
                .filter(path -> path.getValue().has("get")
                        && path.getValue().at("/get/operationId").asString().startsWith("list"))
                .map(path -> path.getKey())
                .filter(path -> !path.startsWith("/v1/me/") && !path.startsWith("/v1/auth"));
    }

    static Stream<String> pages() {
        return lists().filter(path -> !WHOLE.contains(path));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pages_meet_without_gap_or_overlap(String path) {
        var all = ids(acme.get(path + "?limit=100").is(200));
        var first = acme.get(path + "?limit=2").is(200);
        assertThat(ids(first)).isEqualTo(all.subList(0, Math.min(2, all.size())));
        if (first.body().path("has_more").asBoolean()) {
            var second =
                    acme.get(path + "?limit=2&after=" + first.text("/next")).is(200);
            assertThat(ids(second)).isEqualTo(all.subList(2, Math.min(4, all.size())));
            var back = acme.get(path + "?limit=2&before=" + second.text("/previous"))
                    .is(200);
            assertThat(ids(back)).isEqualTo(ids(first));
            assertThat(first.header("Link")).contains("after=" + first.text("/next"));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void one_tenant_finds_nothing_of_the_other(String path) {
        var mine = rows(acme.get(path + "?limit=5").is(200)).stream()
                .filter(EveryResourceTest::isOfOneTenant)
                .toList();
        var theirs = ids(globex.get(path + "?limit=100").is(200));
        assertThat(mine).as("the demo data has some of each").isNotEmpty();
        assertThat(theirs)
                .doesNotContainAnyElementsOf(
                        mine.stream().map(EveryResourceTest::id).toList());
        for (var row : mine) {
            acme.get(path + "/" + id(row)).is(200);
            var absent = globex.get(path + "/" + id(row)).problem(ProblemCode.NOT_FOUND);
            var unknown =
                    globex.get(path + "/00000000-0000-7000-8000-000000000000").problem(ProblemCode.NOT_FOUND);
            assertThat(absent.text("/detail")).isEqualTo(unknown.text("/detail"));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void a_cursor_is_good_in_its_own_list_only(String path) {
        var first = acme.get(path + "?limit=1").is(200);
        var cursor = first.text("/next");
        if (cursor != null) {
            globex.get(path + "?after=" + cursor).problem(ProblemCode.INVALID_CURSOR);
            acme.get(path + "?created_at[gte]=2020-01-01T00:00:00Z&after=" + cursor)
                    .problem(ProblemCode.INVALID_CURSOR);
            var other = path.equals("/v1/customers") ? "/v1/products" : "/v1/customers";
            acme.get(other + "?after=" + cursor).problem(ProblemCode.INVALID_CURSOR);
            var last = cursor.charAt(10) == 'A' ? 'B' : 'A';
            acme.get(path + "?after=" + cursor.substring(0, 10) + last + cursor.substring(11))
                    .problem(ProblemCode.INVALID_CURSOR);
        }
    }

    /// Tries every filter with the values of each other's rows.
    @ParameterizedTest
    @MethodSource("pages")
    void a_filter_narrows_and_never_reaches_out(String path) {
        var row = rows(acme.get(path + "?limit=5").is(200)).stream()
                .filter(EveryResourceTest::isOfOneTenant)
                .findFirst()
                .orElseThrow();
        for (var filter : filters(path)) {
            var value = row.path(filter).asString("");
            if (!value.isEmpty()) {
                var query = path + "?limit=100&" + filter + "=" + value.replace("+", "%2B");
                assertThat(ids(acme.get(query).is(200))).contains(id(row));
                assertThat(rows(acme.get(query).is(200)))
                        .allSatisfy(found ->
                                assertThat(found.path(filter).asString()).isEqualTo(value));
                assertThat(ids(globex.get(query).is(200))).doesNotContain(id(row));
                if (filter.endsWith("_id") && !filter.equals("row_id")) { // one person may be in both organizations
                    assertThat(ids(globex.get(query).is(200))).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void expansions_show_the_referenced_rows(String path) {
        var row = rows(acme.get(path + "?limit=1").is(200)).getFirst();
        for (var field : row.propertyNames()) {
            var name = field.replaceFirst("_id$", "");
            var described = SERVER.document().at("/components/schemas/" + schema(path) + "/properties/" + name);
            if (field.endsWith("_id") && described.has("oneOf")) {
                var shown = rows(acme.get(path + "?limit=3&expand=" + name).is(200));
                assertThat(shown)
                        .allSatisfy(one -> assertThat(one.path(name).path("id").asString(""))
                                .isEqualTo(one.path(field).asString("")));
            }
        }
        acme.get(path + "?expand=nothing").problem(ProblemCode.INVALID_PARAMETER);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void sparse_fields_leave_out_the_rest(String path) {
        var sparse = rows(acme.get(path + "?limit=2&fields=object,created_at").is(200));
        assertThat(sparse)
                .allSatisfy(row -> assertThat(new HashSet<>(List.copyOf(row.propertyNames())))
                        .isEqualTo(Set.of("object", "created_at")));
        acme.get(path + "?fields=organization_id").problem(ProblemCode.INVALID_PARAMETER);
    }

    /// A restricted key reads what its scopes name, and nothing else.
    @ParameterizedTest
    @MethodSource("lists")
    void a_restricted_key_needs_the_scope(String path) {
        var scope = path.substring("/v1/".length()).replace('-', '_') + ":read";
        SERVER.restricted(scope).get(path).is(200);
        SERVER.restricted("customer:read").get(path).problem(ProblemCode.INSUFFICIENT_SCOPE);
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    /// Whether only one tenant has the row; Robin is a member of both.
    private static boolean isOfOneTenant(JsonNode row) {
        return !row.path("display_name").asString("").equals("Robin");
    }

    private static List<JsonNode> rows(ApiServer.Answer page) {
        return page.body().path("data").valueStream().toList();
    }

    private static List<String> ids(ApiServer.Answer page) {
        return rows(page).stream().map(EveryResourceTest::id).toList();
    }

    /// The id in the path; a membership is found by its person.
    private static String id(JsonNode row) {
        return row.path("id").asString(row.path("user_id").asString(""));
    }

    private static Set<String> filters(String path) {
        var names = new TreeSet<String>();
        SERVER.document().path("paths").path(path).at("/get/parameters").forEach(parameter -> {
            if (parameter.has("name")) {
                names.add(parameter.path("name").asString());
            }
        });
        return names;
    }

    private static String schema(String path) {
        var list = SERVER.document()
                .path("paths")
                .path(path)
                .at("/get/responses/200/content/application~1json/schema/$ref")
                .asString();
        return list.replaceFirst(".*/", "").replaceFirst("List$", "");
    }
}
