package hedgerow.mappers;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.Page.Slice;
import hedgerow.sql.HedgerowDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The queries of [ResourceMapper], tried on every resource.
class ResourceMapperTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static final int LIMIT = 40;
    private static final int MOST_OF_A_PAGE = 100;
    private static final int ENOUGH = 300;
    private static final Comparator<Row> NEWEST_FIRST =
            comparing(Row::createdAt).thenComparing(row -> row.id().toString()).reversed();

    private static TenantKey acme;
    private static Database owner;

    @BeforeAll
    static void open() {
        acme = DEMO.tenant("acme");
        owner = DEMO.as(acme, "owner");
    }

    static Stream<Resource> resources() {
        return Resource.all(owner);
    }

    @ParameterizedTest
    @MethodSource("resources")
    void pages_forward_and_backward_show_every_row_once_newest_first(Resource resource) {
        var all = newest(resource);
        assertThat(all).isNotEmpty().isSortedAccordingTo(NEWEST_FIRST);
        assertThat(all).extracting(Row::id).doesNotHaveDuplicates();
        var back = walk(
                resource, since(all), page -> Page.before(Cursor.of(page.getFirst()), LIMIT), List.of(all.getLast()));
        assertThat(back).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("resources")
    void a_row_is_found_by_its_id_alone_and_among_others(Resource resource) {
        var some = newest(resource).stream().limit(3).toList();
        assertThat(some).allSatisfy(row -> assertThat(find(resource, row.id())).contains(row));
        var ids = new ArrayList<>(some.stream().map(Row::id).toList());
        ids.add(new UUID(0, 0));
        List<Row> found = owner.read(on -> resource.on(on).findAll(acme, ids));
        assertThat(found).containsExactlyInAnyOrderElementsOf(some);
        assertThat(find(resource, new UUID(0, 0))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("resources")
    void a_filter_keeps_the_rows_that_have_its_value_and_no_other(Resource resource) {
        var all = newest(resource);
        for (String component : resource.filters()) {
            for (Object value : values(resource, component, all)) {
                var wanted = all.stream().filter(row -> Objects.equals(resource.value(row, component), value));
                assertThat(rows(resource, resource.filter(component, value, since(all))))
                        .as("%s = %s", component, value)
                        .containsExactlyElementsOf(wanted.limit(MOST_OF_A_PAGE).toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("resources")
    void a_list_is_bounded_by_time_of_creation(Resource resource) {
        var all = newest(resource);
        var middle = all.get(all.size() / 2).createdAt();
        assertBounds(resource, new CreatedAt(middle, null, null, null), time -> !time.isBefore(middle));
        assertBounds(resource, new CreatedAt(null, middle, null, null), time -> time.isAfter(middle));
        assertBounds(resource, new CreatedAt(null, null, middle, null), time -> !time.isAfter(middle));
        assertBounds(resource, new CreatedAt(null, null, null, middle), time -> time.isBefore(middle));
        assertThat(rows(resource, resource.created(new CreatedAt(middle, null, middle, null))))
                .isNotEmpty();
    }

    private static void assertBounds(Resource resource, CreatedAt bounds, Predicate<Instant> within) {
        assertThat(rows(resource, resource.created(bounds))).allMatch(row -> within.test(row.createdAt()));
    }

    private static Optional<Row> find(Resource resource, UUID id) {
        return owner.read(on -> resource.on(on).find(acme, id));
    }

    /// At most three of the values that rows have.
    private static List<Object> values(Resource resource, String component, List<Row> rows) {
        var values = rows.stream()
                .map(row -> resource.value(row, component))
                .filter(Objects::nonNull)
                .distinct()
                .limit(3)
                .toList();
        assertThat(values).as("values of %s in the demo data", component).isNotEmpty();
        return values;
    }

    private static List<Row> rows(Resource resource, Object filter) {
        return slice(resource, filter, Page.first(MOST_OF_A_PAGE)).rows();
    }

    /// Some hundred rows, including all that are as old as the oldest of them.
    private static List<Row> newest(Resource resource) {
        var rows = new ArrayList<Row>();
        var slice = slice(resource, resource.created(CreatedAt.ANY), Page.first(MOST_OF_A_PAGE));
        rows.addAll(slice.rows());
        while (slice.more() && rows.size() < ENOUGH) {
            slice = slice(
                    resource, resource.created(CreatedAt.ANY), Page.after(Cursor.of(rows.getLast()), MOST_OF_A_PAGE));
            rows.addAll(slice.rows());
        }
        return walk(resource, since(rows), page -> Page.after(Cursor.of(page.getLast()), LIMIT), rows.subList(0, 1));
    }

    private static CreatedAt since(List<Row> rows) {
        return new CreatedAt(rows.getLast().createdAt(), null, null, null);
    }

    /// Walks from one row in one direction until there are no more rows.
    private static List<Row> walk(Resource resource, CreatedAt bounds, Function<List<Row>, Page> next, List<Row> from) {
        var walked = new ArrayList<>(from);
        var page = next.apply(from);
        var more = true;
        while (more) {
            var slice = slice(resource, resource.created(bounds), page);
            walked.addAll(slice.rows());
            more = slice.more();
            page = more ? next.apply(slice.rows()) : page;
        }
        return walked;
    }

    private static Slice<Row> slice(Resource resource, Object filter, Page page) {
        return page.slice(owner.read(on -> resource.on(on).page(acme, filter, page)));
    }
}
