package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog.StoredSettings;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The owners of rows and the identities of sessions, inferred from the comparisons in policies.
///
/// A session's identity is the value that policies compare with columns. A row belongs to the identity that
/// its owner column holds, if its table has such a column; otherwise its owner follows from memberships:
/// rows that give an identity access to further rows ([Membership]).
///
/// Roles can be identified differently, some by a claim, others by a variable: [#of] is about the roles that share
/// an identity.
public final class Tenancy {

    /// A column that is compared with an input of the session.
    ///
    /// @param own whether the row is the one that the policy is about
    /// @param equality TRUE for the rows of this identity; the column is in it at level 0
    /// @param home the side that depends on the session alone
    public record Anchor(long table, int column, long type, Input input, boolean own, Expr equality, Expr home) {

        private Anchor moved(Relation other, int number) {
            return new Anchor(other.oid(), number, type, input, own, aboutOwnRow(equality, number), home);
        }
    }

    private static Expr aboutOwnRow(Expr expr, int number) {
        return switch (expr) {
            case Expr.Column column ->
                new Expr.Column(
                        0, column.source(), number, column.table(), column.alias(), column.name(), column.type());
            case Expr.Leaf leaf -> leaf;
            default ->
                expr.with(expr.children().stream()
                        .map(child -> aboutOwnRow(child, number))
                        .toList());
        };
    }

    /// A way from an identity to the rows that it may reach: rows of `tables` that meet `conditions`, one
    /// column of which holds the identity, and one the key of the reached rows.
    ///
    /// @param places of the tables in the query's range table
    /// @param flags columns that the conditions compare with constants
    /// @param others conditions that compare columns with further identities
    public record Membership(
            List<Integer> places,
            List<Long> tables,
            List<Expr> conditions,
            int identityPlace,
            int identityColumn,
            Input identity,
            int keyPlace,
            int keyColumn,
            long keyType,
            Set<Integer> flags,
            Map<Input, Expr> others) {

        /// The way for sessions that contain their tenant: its rows are of this tenant.
        private Membership within(Set<Input> tenants) {
            var all = new ArrayList<>(conditions);
            others.forEach((input, condition) -> {
                if (tenants.contains(input)) {
                    all.add(condition);
                }
            });
            return new Membership(
                    places,
                    tables,
                    all,
                    identityPlace,
                    identityColumn,
                    identity,
                    keyPlace,
                    keyColumn,
                    keyType,
                    flags,
                    Map.of());
        }

        private boolean isSameWay(Membership other) {
            return tables.equals(other.tables)
                    && places.equals(other.places)
                    && identityPlace == other.identityPlace
                    && identityColumn == other.identityColumn
                    && identity.equals(other.identity)
                    && keyPlace == other.keyPlace
                    && keyColumn == other.keyColumn;
        }

        private Set<Expr> forms() {
            return Stream.concat(conditions.stream(), others.values().stream())
                    .map(NormalForm::ofAnyTable)
                    .collect(Collectors.toSet());
        }
    }

    /// A way of which the key is compared with a column of a table: it leads to the rows with this key.
    public record Reach(long table, int column, Membership way) {}

    private static final String LOOKUP = "lookup";

    private final Model model;
    private final Comparands comparands;
    private final Predicate<Policy> counted;
    private final List<Anchor> anchors = new ArrayList<>();
    private final List<Membership> memberships = new ArrayList<>();
    private final List<Reach> reaches = new ArrayList<>();
    /// The ways by which a policy opens rows that it does not compare with the identity itself.
    private final List<Membership> opening = new ArrayList<>();
    private final Set<Long> open = new LinkedHashSet<>();
    private final Set<Input> identities = new LinkedHashSet<>();
    private final Set<Input> tenants = new LinkedHashSet<>();
    private final Map<Long, Optional<Anchor>> owners = new HashMap<>();
    private final Map<Long, Optional<Constraint>> parentKeys = new HashMap<>();
    private final Map<Long, Boolean> written = new HashMap<>();
    private final Map<Long, Set<Input>> compared = new HashMap<>();
    private final Realms realms;
    private final Map<Realms.Realm, Tenancy> parts = new IdentityHashMap<>();

    public Tenancy(Model model) {
        this(model, _ -> true);
    }

    /// The tenancy by some of the policies.
    private Tenancy(Model model, Predicate<Policy> counted) {
        this.model = model;
        this.comparands = new Comparands(model);
        this.counted = counted;
        eachPolicy(this::scan);
        if (anchors.isEmpty() && memberships.isEmpty()) {
            eachPolicy(this::scanRefusals);
        }
        anchors.sort((x, y) -> Boolean.compare(isLoose(x), isLoose(y)));
        anchors.forEach(anchor -> identities.add(anchor.input));
        var people = opening.stream()
                .filter(way -> !isOwnership(way))
                .map(Membership::identity)
                .collect(Collectors.toSet());
        anchors.stream()
                .filter(anchor -> anchor.own && isTenantColumn(anchor) && !people.contains(anchor.input))
                .forEach(anchor -> tenants.add(anchor.input));
        memberships.removeIf(way -> tenants.contains(way.identity));
        reaches.removeIf(reach -> tenants.contains(reach.way.identity));
        memberships.replaceAll(way -> way.within(tenants));
        reaches.replaceAll(reach -> new Reach(reach.table, reach.column, reach.way.within(tenants)));
        this.realms = new Realms(model, this::eachPolicy, compared);
    }

    /// The tenancy of the sessions of a role, where the policies of a table bind it: by the policies for the roles
    /// that share an identity with it. No other policy says who such a session is.
    public Tenancy of(long role, Relation table) {
        return realms.of(role, table).map(this::part).orElse(this);
    }

    private Tenancy part(Realms.Realm realm) {
        return parts.computeIfAbsent(realm, _ -> new Tenancy(model, realm::counts));
    }

    /// Whether a way leads to objects of one owner each, and so to no tenant: it leads to a key of its
    /// table, even if only of some rows, or at the end of a transaction.
    private boolean isOwnership(Membership way) {
        var key = model.catalog().relation(way.tables.get(way.places.indexOf(way.keyPlace)));
        return way.tables.size() == 1
                && key.stream()
                        .flatMap(table -> table.indexes().stream())
                        .anyMatch(index -> index.unique()
                                && index.keys() == 1
                                && index.columns().getFirst() == way.keyColumn)
                && anchors.stream()
                        .anyMatch(anchor -> anchor.own
                                && anchor.table == way.tables.getFirst()
                                && anchor.column == way.identityColumn
                                && anchor.input.equals(way.identity));
    }

    /// All inputs that distinguish sessions.
    public Set<Input> identities() {
        return identities;
    }

    /// The identities that distinguish tenants: those of tenant columns if there are any, otherwise all.
    public Set<Input> tenants() {
        return tenants.isEmpty() ? identities : tenants;
    }

    /// Whether sessions contain their tenant, rather than a person who is a member of some.
    public boolean isDirect() {
        return !tenants.isEmpty();
    }

    public List<Membership> memberships() {
        return memberships;
    }

    /// The ways that lead to rows of a table.
    public List<Reach> reaches(Relation table) {
        return reaches.stream().filter(reach -> reach.table == table.oid()).toList();
    }

    /// All columns that are compared with an input of the session, strict comparisons first.
    public List<Anchor> anchors() {
        return anchors;
    }

    /// The relations in which policies look for rows that name the session, without a key of the reached
    /// rows, or through a view.
    public Set<Long> openWays() {
        return open;
    }

    /// The types under which an input is compared.
    public Set<Long> types(Input input) {
        return anchors.stream()
                .filter(anchor -> anchor.input.equals(input))
                .map(Anchor::type)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// The types other than text under which an input is compared: their values can have several spellings.
    public Set<Long> parsedTypes(Input input) {
        var kinds = new Kinds(model.catalog());
        return types(input).stream().filter(type -> !kinds.isText(type)).collect(Collectors.toSet());
    }

    /// The values that ALTER ROLE and ALTER DATABASE give a session of this role before it sets anything
    /// itself.
    public Collection<String> stored(Input input, long role) {
        if (!(input instanceof Input.Setting(var name))) {
            return List.of();
        }
        return model.catalog().storedSettings().stream()
                .filter(stored -> stored.role() == 0
                        || model.gates().roles().actsAs(stored.role()).contains(role))
                .map(StoredSettings::settings)
                .flatMap(List::stream)
                .filter(setting -> setting.startsWith(name + "="))
                .map(setting -> setting.substring(name.length() + 1))
                .toList();
    }

    /// The tables that hold rows of tenants.
    public List<Relation> tables() {
        return model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(Relation::isTable)
                .filter(this::isTenantTable)
                .toList();
    }

    /// Whether its rows belong to somebody: it is not declared as shared, and holds tenants' rows or can be
    /// written.
    public boolean isTenantTable(Relation table) {
        return !model.settings().sharedTables().contains(table.oid())
                && (model.settings().tenantTables().contains(table.oid()) || isWritten(table) || isAboveTenants(table));
    }

    /// Whether it is a parent of tenant tables: whoever reads a parent sees the rows of its heirs, whatever
    /// their policies.
    private boolean isAboveTenants(Relation table) {
        return model.heirsOf(table)
                .anyMatch(heir -> model.settings().tenantTables().contains(heir.oid()));
    }

    /// Whether its rows belong to somebody, including tables that nobody under review may read: rows that
    /// views and functions show of them belong to somebody.
    public boolean isSomebodys(Relation table) {
        return isTenantTable(table)
                || !model.settings().sharedTables().contains(table.oid())
                        && !table.schema().startsWith("pg_")
                        && !table.schema().equals("information_schema")
                        && table.extension().isEmpty()
                        && isPrivate(table);
    }

    private boolean isPrivate(Relation table) {
        return model.settings().subjects().stream()
                .filter(role -> role != 0 && !model.gates().isSuperuser(role))
                .filter(role -> !model.gates().roles().reaches(List.of(table.owner()), role))
                .noneMatch(role -> model.gates().may(role, table, Command.SELECT));
    }

    /// Adds tables that triggers fill, as tables that tenants write.
    public void alsoWritten(Collection<Long> tables) {
        tables.forEach(table -> written.put(table, true));
    }

    /// Adds tables that are consulted before somebody becomes a member, as ways to tenants: an invitation
    /// is one. Such a row names the identity in the column that policies compare with it, and the tenant in
    /// a column with the same name as in the memberships.
    public void alsoTrusted(Collection<Long> tables) {
        realms.all().forEach(realm -> part(realm).alsoTrusted(tables));
        for (var oid : tables) {
            for (var way : List.copyOf(memberships)) {
                model.catalog()
                        .relation(oid)
                        .flatMap(table -> invitation(table, way))
                        .ifPresent(this::add);
            }
        }
    }

    private Optional<Membership> invitation(Relation table, Membership way) {
        var key = model.catalog()
                .relation(way.tables.get(way.places.indexOf(way.keyPlace)))
                .flatMap(members -> members.column((long) way.keyColumn))
                .flatMap(column -> table.column(column.name()).filter(own -> own.type() == column.type()));
        var identity = anchors.stream()
                .filter(anchor -> anchor.own && anchor.table == table.oid() && anchor.input.equals(way.identity))
                .findFirst();
        return key.isEmpty() || identity.isEmpty()
                ? Optional.empty()
                : Optional.of(new Membership(
                        List.of(1),
                        List.of(table.oid()),
                        List.of(),
                        1,
                        identity.get().column,
                        way.identity,
                        1,
                        key.get().number(),
                        way.keyType,
                        Set.of(),
                        Map.of()));
    }

    private boolean isWritten(Relation table) {
        return model.settings().schemas().contains(table.schema())
                && table.isTable()
                && written.computeIfAbsent(
                        table.oid(),
                        _ -> model.settings().subjects().stream()
                                .filter(role ->
                                        role != 0 && !model.gates().roles().reaches(List.of(table.owner()), role))
                                .anyMatch(role -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                                        .anyMatch(command -> model.gates().may(role, table, command))));
    }

    /// The expressions that identify a session.
    ///
    /// @param axis inputs; expressions of other identities are left out
    public Set<Expr> homes(Set<Input> axis) {
        return anchors.stream()
                .filter(anchor -> axis.contains(anchor.input))
                .map(Anchor::home)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    // --- owners --------------------------------------------------------------------------------------------------

    /// The column that identifies the owner of a table's rows.
    public Optional<Anchor> owner(Relation table) {
        return owners.computeIfAbsent(table.oid(), _ -> find(table));
    }

    /// The identity that distinguishes sessions where rows of this table are concerned.
    public Optional<Input> axis(Relation table) {
        return owner(table)
                .map(Anchor::input)
                .or(() -> parentKey(table)
                        .flatMap(key -> model.catalog().relation(key.foreignRelation()))
                        .flatMap(this::axis));
    }

    /// Whether only memberships identify the owners of a table's rows: no policy of its own compares them
    /// with the session, and it is on no way itself.
    public boolean isReachedByMembers(Relation table) {
        return !isDirect()
                && !memberships.isEmpty()
                && anchors.stream().noneMatch(anchor -> anchor.own && anchor.table == table.oid())
                && memberships.stream().noneMatch(way -> way.tables.contains(table.oid()));
    }

    /// The foreign key by which rows without an owner column belong to the owner of the referenced row.
    public Optional<Constraint> parentKey(Relation table) {
        var known = parentKeys.putIfAbsent(table.oid(), Optional.empty());
        if (known == null) {
            known = findParentKey(table);
            parentKeys.put(table.oid(), known);
        }
        return known;
    }

    private Optional<Constraint> findParentKey(Relation table) {
        var keys = owner(table).isPresent()
                ? List.<Constraint>of()
                : table.constraints().stream()
                        .filter(key -> isStrict(table, key))
                        .toList();
        var read = keys.size() == 1
                ? keys
                : keys.stream().filter(key -> isRead(table, key)).toList();
        return read.size() == 1 ? Optional.of(read.getFirst()) : Optional.empty();
    }

    /// Whether each row has such a parent at every moment, and the parent an owner among tenants.
    private boolean isStrict(Relation table, Constraint key) {
        return key.kind() == Constraint.Kind.FOREIGN_KEY
                && key.validated()
                && key.enforced()
                && !key.deferrable()
                && key.columns().stream()
                        .allMatch(number -> table.column(number)
                                .filter(column -> model.isNeverNull(table, column))
                                .isPresent())
                && !model.hasHeirs(table)
                && key.foreignRelation() != table.oid()
                && model.catalog()
                        .relation(key.foreignRelation())
                        .flatMap(this::axis)
                        .filter(tenants::contains)
                        .isPresent();
    }

    /// Whether a policy of the table reads the rows that the key refers to.
    private boolean isRead(Relation table, Constraint key) {
        return table.policies().stream()
                .flatMap(policy -> model.policies().clauses(table, policy))
                .flatMap(Walk::queries)
                .flatMap(Query::tables)
                .anyMatch(source -> source.oid() == key.foreignRelation());
    }

    private Optional<Anchor> find(Relation table) {
        if (!isDirect()) {
            return Optional.empty();
        }
        var own = anchors.stream()
                .filter(anchor -> anchor.own && anchor.table == table.oid())
                .toList();
        return own.stream()
                .filter(anchor -> tenants.contains(anchor.input) && isTenantColumn(anchor))
                .findFirst()
                .or(() -> byName(table))
                .or(() -> own.stream()
                        .filter(anchor -> tenants.contains(anchor.input))
                        .findFirst())
                .or(() -> own.stream()
                        .filter(anchor -> !(anchor.input instanceof Input.User))
                        .findFirst());
    }

    /// A column with the name and type of other tables' tenant columns.
    private Optional<Anchor> byName(Relation table) {
        return anchors.stream()
                .filter(anchor -> anchor.own && tenants.contains(anchor.input) && isTenantColumn(anchor))
                .flatMap(anchor -> table.columns().stream()
                        .filter(column -> column.name().equals(name(anchor)) && column.type() == anchor.type)
                        .map(column -> anchor.moved(table, column.number())))
                .findFirst();
    }

    private boolean isTenantColumn(Anchor anchor) {
        return model.settings().tenantColumns().contains(name(anchor));
    }

    private String name(Anchor anchor) {
        return model.catalog()
                .relation(anchor.table)
                .flatMap(table -> table.column((long) anchor.column))
                .map(Column::name)
                .orElse("");
    }

    /// Whether a comparison holds for more than one value, so that it is weaker evidence of a row's owner.
    private static boolean isLoose(Anchor anchor) {
        return !(anchor.equality instanceof Expr.Operator) || anchor.type != anchor.home.type();
    }

    /// Whether one of these columns identifies the owner of a row, or gives somebody access to a tenant.
    public boolean decidesWhose(Relation table, Set<String> columns) {
        var owner = owner(table).map(Anchor::column);
        var own = Stream.concat(
                owner.stream(),
                memberships.stream()
                        .filter(way -> way.tables.contains(table.oid()))
                        .flatMap(way ->
                                Stream.concat(Stream.of(way.identityColumn, way.keyColumn), way.flags.stream())));
        return own.flatMap(number -> table.column((long) number).stream())
                        .map(Column::name)
                        .anyMatch(columns::contains)
                || owner.isEmpty()
                        && table.constraints().stream()
                                .flatMap(constraint -> constraint.columns().stream())
                                .flatMap(number -> table.column(number).stream())
                                .map(Column::name)
                                .anyMatch(columns::contains);
    }

    // --- reading policies ----------------------------------------------------------------------------------------

    private void eachPolicy(BiConsumer<Relation, Policy> use) {
        model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(relation -> relation.isTable() && relation.rowSecurity())
                .forEach(table ->
                        table.policies().stream().filter(counted).forEach(policy -> use.accept(table, policy)));
    }

    private void scan(Relation table, Policy policy) {
        model.policies().clauses(table, policy).forEach(clause -> {
            var narrowing = narrowing(table, clause);
            Walk.over(clause).forEach(place -> {
                anchors(table, place).forEach(anchor -> add(policy, anchor));
                if (place.node() instanceof Expr.Subquery subquery) {
                    memberships(table, place.depth(), subquery, narrowing.getOrDefault(subquery, Set.of()));
                }
            });
        });
    }

    private Stream<Anchor> anchors(Relation table, Walk.Place place) {
        return Comparison.of(model.names(), place.node()).filter(Comparison::isEquality).stream()
                .flatMap(Comparison::sides)
                .flatMap(side -> anchor(table, place, side).stream());
    }

    /// The identities with which a clause compares the row itself wherever it looks for other rows: these open
    /// nothing to the identity that is not its own.
    private Map<Expr.Subquery, Set<Input>> narrowing(Relation table, Expr clause) {
        var narrowing = new HashMap<Expr.Subquery, Set<Input>>();
        if (Walk.queries(clause).findAny().isEmpty()) {
            return narrowing;
        }
        for (var disjunct : NormalForm.disjuncts(clause).orElse(List.of(List.of(clause)))) {
            var own = disjunct.stream()
                    .flatMap(conjunct -> anchors(table, new Walk.Place(conjunct, 0, List.of())))
                    .filter(Anchor::own)
                    .map(Anchor::input)
                    .collect(Collectors.toSet());
            disjunct.stream()
                    .flatMap(Walk::over)
                    .flatMap(place ->
                            place.node() instanceof Expr.Subquery subquery ? Stream.of(subquery) : Stream.empty())
                    .forEach(subquery -> narrowing
                            .computeIfAbsent(subquery, _ -> new HashSet<>(own))
                            .retainAll(own));
        }
        return narrowing;
    }

    /// Reads policies that refuse every other identity, instead of admitting one.
    private void scanRefusals(Relation table, Policy policy) {
        model.policies()
                .clauses(table, policy)
                .flatMap(Walk::over)
                .forEach(place ->
                        Comparison.of(model.names(), place.node())
                                .filter(Comparison::isInequality)
                                .flatMap(comparands::equality)
                                .stream()
                                .flatMap(Comparison::sides)
                                .flatMap(side -> anchor(
                                        table, new Walk.Place(side.operator(), place.depth(), place.enclosing()), side)
                                        .stream())
                                .forEach(anchor -> add(policy, anchor)));
    }

    private void add(Policy policy, Anchor anchor) {
        compared.computeIfAbsent(policy.oid(), _ -> new LinkedHashSet<>()).add(anchor.input);
        if (!anchors.contains(anchor)) {
            anchors.add(anchor);
        }
    }

    private List<Anchor> anchor(Relation table, Walk.Place place, Comparison written) {
        var side = comparands.of(written);
        var column = side.leftColumn().or(() -> madeOf(side.left(), place.depth()));
        var home = home(side.right());
        if (column.isEmpty()
                || home.isEmpty()
                || column.get().type() == Kinds.BOOL
                || column.get().number() <= 0) {
            return List.of();
        }
        var own = column.get().level() == place.depth();
        var of = own ? table.oid() : column.get().table().orElse(0L);
        var asWritten = side == written && home.get().equals(side.right()) && !(place.node() instanceof Expr.Distinct);
        var equality = asWritten ? place.node() : side.operator().with(List.of(side.left(), home.get()));
        var number = column.get().number();
        return Sessions.handedOut(model.names(), home.get())
                .map(input -> new Anchor(
                        of, number, column.get().type(), input, own, aboutOwnRow(equality, number), home.get()))
                .toList();
    }

    /// The column that an expression is made of, where it is made of one of the policy's row, and of
    /// nothing else.
    private Optional<Expr.Column> madeOf(Expr expr, int depth) {
        var columns = Walk.over(expr)
                .flatMap(place -> place.node() instanceof Expr.Column column ? Stream.of(column) : Stream.empty())
                .distinct()
                .toList();
        return columns.size() == 1
                        && columns.getFirst().level() == depth
                        && !Sessions.readsSession(model.names(), expr)
                        && Walk.queries(expr).findAny().isEmpty()
                ? Optional.of(columns.getFirst())
                : Optional.empty();
    }

    /// The part of an expression that depends on the session alone: all of it, or what a default stands
    /// in for.
    private static Optional<Expr> home(Expr expr) {
        if (Walk.over(expr).noneMatch(place -> place.node() instanceof Expr.Column)) {
            return Optional.of(expr);
        }
        return expr instanceof Expr.Coalesce(var arguments, var ignored)
                ? home(arguments.getFirst())
                : Optional.empty();
    }

    /// A column that a sub-select compares.
    ///
    /// @param outer the column around the sub-select that a key is compared with
    private record Held(int place, int column, Optional<Input> identity, long type, Optional<Expr.Column> outer) {}

    private void memberships(Relation table, int depth, Expr.Subquery subquery, Set<Input> own) {
        var isAsked = subquery.kind() == Expr.Subquery.Kind.EXISTS;
        var query = isAsked ? subquery.query().withTargets(List.of()) : subquery.query();
        var plain = Expansion.joins(query).stream()
                .map(this::withLookups)
                .filter(Encoding::isPlain)
                .toList();
        plain.forEach(join -> membership(table, depth, subquery.over(join), own));
        if (plain.isEmpty() && looksForSession(subquery.query())) {
            Walk.queries(subquery.query()).flatMap(Query::tables).forEach(read -> open.add(read.oid()));
        }
    }

    /// The query, joined to the rows among which its conditions look for the session: those of a table of sessions
    /// that says who the person is. A look-up that is no mere join stays as it is.
    private Query withLookups(Query query) {
        var sources = new ArrayList<>(query.sources());
        var conditions = conditions(query)
                .map(condition -> Comparison.of(model.names(), condition).filter(Comparison::isEquality).stream()
                        .flatMap(Comparison::sides)
                        .filter(side -> side.leftColumn()
                                .filter(column -> column.level() == 0)
                                .isPresent())
                        .flatMap(side -> lookup(side.right()).stream().map(found -> joined(side, found, sources)))
                        .findFirst()
                        .orElse(condition))
                .toList();
        var joined = query.withSources(sources).on(conditions).flattened();
        return sources.size() > query.sources().size() && Encoding.isPlain(joined) ? joined : query;
    }

    private static Stream<Expr> conditions(Query query) {
        return Stream.concat(query.where().stream(), query.on().stream())
                .flatMap(expr -> NormalForm.conjuncts(expr).stream());
    }

    /// The query with which an expression looks for a value among rows, whatever the rows around it.
    private static Optional<Query> lookup(Expr expr) {
        return NormalForm.bare(expr) instanceof Expr.Subquery subquery
                        && subquery.kind() == Expr.Subquery.Kind.SCALAR
                        && !leavesTheQuery(subquery)
                ? Optional.of(subquery.query())
                : Optional.empty();
    }

    /// The comparison with a column of what is looked for, which becomes a source.
    private static Expr joined(Comparison side, Query found, List<Query.Source> sources) {
        sources.add(new Query.Source.Derived(found, LOOKUP));
        var target = found.targets().getFirst();
        var column = new Expr.Column(
                0,
                sources.size(),
                1,
                Optional.empty(),
                LOOKUP,
                target.name(),
                target.expression().type());
        return side.operator().with(List.of(side.left(), column));
    }

    private boolean looksForSession(Query query) {
        return Walk.over(query)
                .flatMap(place -> Comparison.of(model.names(), place.node()).stream())
                .filter(Comparison::isEquality)
                .anyMatch(comparison -> Sessions.readsSession(model.names(), comparison.operator()));
    }

    private void membership(Relation table, int depth, Expr.Subquery subquery, Set<Input> own) {
        var query = subquery.query();
        var conditions = conditions(query).toList();
        var identities = new ArrayList<Held>();
        var keys = new ArrayList<Held>();
        var flags = new LinkedHashSet<Integer>();
        var compared = new HashMap<Input, Expr>();
        var tables = places(query);
        for (var condition : conditions) {
            Comparison.of(model.names(), condition).filter(Comparison::isEquality).stream()
                    .flatMap(Comparison::sides)
                    .filter(side -> side.leftColumn()
                            .filter(column -> tables.contains(column.source()))
                            .isPresent())
                    .forEach(side -> note(side, identities, keys, flags));
            anchors(table, new Walk.Place(condition, 0, List.of()))
                    .forEach(anchor ->
                            compared.merge(anchor.input, condition, (one, other) -> new Expr.And(List.of(one, other))));
        }
        handedOut(subquery).filter(held -> tables.contains(held.place)).ifPresent(keys::add);
        keys.removeIf(key -> new Kinds(model.catalog()).isJson(key.type));
        var joins = conditions.stream()
                .filter(condition -> !leavesTheQuery(condition) && !Sessions.readsSession(model.names(), condition))
                .filter(condition ->
                        Sessions.ownColumns(condition).allMatch(column -> tables.contains(column.source())))
                .toList();
        var views = query.tables()
                .map(Query.Source.Table::oid)
                .filter(oid ->
                        model.catalog().relation(oid).filter(Relation::isTable).isEmpty())
                .toList();
        if (!identities.isEmpty() && (keys.isEmpty() || !views.isEmpty())) {
            query.tables().forEach(read -> open.add(read.oid()));
        }
        for (var identity : identities) {
            for (var key : keys) {
                if (identity.place != key.place || identity.column != key.column) {
                    var way = way(query, joins, identity, key, flags, compared);
                    add(way);
                    if (!own.contains(way.identity)) {
                        opening.add(way);
                    }
                    key.outer
                            .filter(column -> column.level() == depth)
                            .ifPresent(column -> reaches.add(new Reach(table.oid(), column.number(), way)));
                }
            }
        }
    }

    private void note(Comparison side, List<Held> identities, List<Held> keys, Set<Integer> flags) {
        var column = side.leftColumn().filter(known -> known.level() == 0 && known.number() > 0);
        if (column.isEmpty()) {
            return;
        }
        var source = column.get().source();
        var number = column.get().number();
        var columns = Walk.over(side.right())
                .map(Walk.Place::node)
                .flatMap(node -> node instanceof Expr.Column other ? Stream.of(other) : Stream.empty())
                .toList();
        var inputs = Sessions.inputs(model.names(), side.right()).toList();
        if (!columns.isEmpty()) {
            if (columns.stream().allMatch(other -> other.level() > 0)) {
                var outer = Comparison.column(side.right()).map(known -> known.up(-1));
                keys.add(new Held(source, number, Optional.empty(), column.get().type(), outer));
            }
        } else if (inputs.isEmpty()) {
            flags.add(number);
        } else {
            inputs.forEach(input -> identities.add(
                    new Held(source, number, Optional.of(input), column.get().type(), Optional.empty())));
        }
    }

    private static Optional<Held> handedOut(Expr.Subquery subquery) {
        return subquery.kind() == Expr.Subquery.Kind.EXISTS
                ? Optional.empty()
                : subquery.query().targets().stream()
                        .filter(target -> !target.junk())
                        .findFirst()
                        .flatMap(target -> Comparison.column(target.expression()))
                        .filter(column -> column.level() == 0 && column.number() > 0)
                        .map(column -> new Held(
                                column.source(),
                                column.number(),
                                Optional.empty(),
                                column.type(),
                                subquery.test().flatMap(Comparison::column)));
    }

    private static boolean leavesTheQuery(Expr condition) {
        return Walk.over(condition)
                .anyMatch(place -> place.node() instanceof Expr.Column column && column.level() > place.depth());
    }

    private static List<Integer> places(Query query) {
        return IntStream.rangeClosed(1, query.sources().size())
                .filter(place -> query.sources().get(place - 1) instanceof Query.Source.Table)
                .boxed()
                .toList();
    }

    private static Membership way(
            Query query, List<Expr> joins, Held identity, Held key, Set<Integer> flags, Map<Input, Expr> compared) {
        var others = new HashMap<>(compared);
        others.remove(identity.identity.orElseThrow());
        return new Membership(
                places(query),
                query.tables().map(Query.Source.Table::oid).toList(),
                joins,
                identity.place,
                identity.column,
                identity.identity.orElseThrow(),
                key.place,
                key.column,
                key.type,
                Set.copyOf(flags),
                Map.copyOf(others));
    }

    /// Adds a way. Of two over the same tables and columns, the one with fewer conditions leads wherever the
    /// other does.
    private void add(Membership way) {
        var own = way.forms();
        if (memberships.stream().anyMatch(known -> known.isSameWay(way) && own.containsAll(known.forms()))) {
            return;
        }
        memberships.removeIf(known -> known.isSameWay(way) && known.forms().containsAll(own));
        memberships.add(way);
    }
}
