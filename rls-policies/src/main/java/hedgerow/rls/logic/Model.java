package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Inliner;
import hedgerow.rls.expr.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A snapshot with everything that questions need.
///
/// @param heirs the tables that inherit from a table, and its partitions
/// @param setters functions that may change something in the session
/// @param entering what may do so while a statement runs
/// @param asksLogin whether a function asks who logged in
/// @param searches counts the searches that the questions require
public record Model(
        Catalog catalog,
        Settings settings,
        Policies policies,
        Gates gates,
        Map<Long, List<Relation>> heirs,
        Setters setters,
        Entering entering,
        boolean asksLogin,
        AtomicInteger searches) {

    /// A model of a snapshot.
    ///
    /// @param others bodies of functions that the catalog has not read
    public static Model of(Catalog catalog, Settings settings, Inliner.Bodies others) {
        var heirs = new HashMap<Long, List<Relation>>();
        catalog.relations()
                .values()
                .forEach(heir -> heir.parents()
                        .forEach(parent -> heirs.computeIfAbsent(parent, _ -> new ArrayList<>())
                                .add(heir)));
        var setters = new Setters(catalog);
        var gates = new Gates(catalog);
        return new Model(
                catalog,
                settings,
                new Policies(catalog, others),
                gates,
                heirs,
                setters,
                new Entering(catalog, gates, setters, new HashSet<>(settings.subjects()), heirs),
                LoginChecks.in(catalog).isPresent(),
                new AtomicInteger());
    }

    public CatalogNames names() {
        return policies.names();
    }

    /// Decides whether names in functions have the same meaning for every caller.
    public SearchPaths searchPaths() {
        return new SearchPaths(catalog, gates, settings.subjects());
    }

    /// The tables whose rows are rows of this one too, directly or indirectly.
    public Stream<Relation> heirsOf(Relation table) {
        return heirs.getOrDefault(table.oid(), List.of()).stream()
                .flatMap(heir -> Stream.concat(Stream.of(heir), heirsOf(heir)));
    }

    /// The relation that a statement writes.
    public Optional<Relation> written(Query write) {
        return write.written().flatMap(catalog::relation);
    }

    /// Returns what may give the session another identity before policies check a row of this table.
    List<String> entering(Relation table, Session session) {
        return entering.before(table, session.user());
    }

    /// Returns the same for any statement of a role, whichever tables it reads.
    public List<String> enteringFor(long role) {
        return entering.of(role);
    }

    /// Whether a function may set something of the session.
    public boolean maySet(Function function) {
        return setters.maySet(function);
    }

    /// Functions that sessions under review may call, and that may change something in the session.
    public List<String> callableSetters() {
        return catalog.functions().values().stream()
                .filter(function -> settings.schemas().contains(function.schema())
                        && settings.subjects().stream()
                                .anyMatch(role ->
                                        role != 0 && !gates.isSuperuser(role) && gates.mayExecute(role, function)))
                .filter(setters::maySet)
                .map(Function::quoted)
                .sorted()
                .toList();
    }

    /// Deferred triggers that may change something in the session, which are assumed to fire at COMMIT.
    public List<String> deferredSetters() {
        return setters.deferred();
    }

    /// Whether tables other than partitions inherit from it: its keys do not span them, and constraints on
    /// its own rows do not bind theirs.
    public boolean hasHeirs(Relation table) {
        return heirsOf(table).anyMatch(heir -> !heir.partition());
    }

    /// Whether the column is not NULL in all rows of a table, including those of tables that inherit from
    /// it.
    boolean isNeverNull(Relation table, Column column) {
        return isNeverNullHere(table, column)
                && heirsOf(table)
                        .allMatch(heir -> heir.column(column.name())
                                .filter(own -> isNeverNullHere(heir, own))
                                .isPresent());
    }

    private static boolean isNeverNullHere(Relation table, Column column) {
        return column.notNull()
                || table.constraints().stream()
                        .anyMatch(constraint -> constraint.kind() == Constraint.Kind.PRIMARY_KEY
                                && constraint.columns().contains((long) column.number()));
    }
}
