package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Distinguishes rows of somebody from the rows of catalogues, such as countries and plans.
///
/// A row belongs to somebody if its table has a tenant's or a person's column, if some policy compares a column with
/// the session, if it holds something confidential, or if a key leads to such a table or from a
/// tenant's or a person's column to it.
final class Belongings {

    private static final Pattern OF_SOMEBODY =
            Pattern.compile("(.*_)?(user|owner|author|creator|created_?by|updated_?by"
                + "|profile|person|member|customer|client|account|tenant|org|organi[sz]ation|company|workspace|team)"
                + "(_?(id|uuid|name))?");

    private static final Pattern OF_TENANT = Pattern.compile(
            "(.*_)?(account|tenant|org|organi[sz]ation|company|workspace|team|group|project|site|store|shop|club"
                    + "|school)(_?(id|uuid|name|slug))?");

    private static final Pattern CONFIDENTIAL =
            Pattern.compile("(.*_)?(e_?mail|phone|phone_number|mobile|password|passwd"
                + "|secret|token|api_?key|address|ip|birth_?da(y|te)|iban|ssn|salary|session(_?id)?|cookie|signature"
                + "|message)(_hash|_hashed|_encrypted)?");

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private static final Pattern CHOSEN = Pattern.compile("(?i)admin|staff|moderator|operator|superuser|role");

    /// Roles of a claim that every client has.
    private static final Set<String> ANYBODY = Set.of("anon", "authenticated");

    private final Analysis analysis;
    private final Map<Long, Boolean> known = new HashMap<>();

    Belongings(Analysis analysis) {
        this.analysis = analysis;
    }

    boolean isSomebodys(Relation table) {
        var earlier = known.putIfAbsent(table.oid(), false); // a circle of keys leads to nobody
        if (earlier == null) {
            known.put(table.oid(), marks(table));
        }
        return known.get(table.oid());
    }

    private boolean marks(Relation table) {
        return analysis.holdsTenants(table)
                || !table.parents().isEmpty()
                || table.columns().stream().anyMatch(this::marks)
                || isReferredTo(table)
                || keys(table)
                        .flatMap(key -> analysis.catalog.relation(key.foreignRelation()).stream())
                        .anyMatch(this::isSomebodys);
    }

    private boolean marks(Column column) {
        return isOfSomebody(column) || CONFIDENTIAL.matcher(words(column)).matches();
    }

    private boolean isOfSomebody(Column column) {
        return analysis.settings.tenantColumns().contains(column.name())
                || OF_SOMEBODY.matcher(words(column)).matches();
    }

    /// The name in lower case, its words apart.
    private static String words(Column column) {
        return Hits.lower(HUMP.matcher(column.name()).replaceAll("_"));
    }

    private static Stream<Constraint> keys(Relation table) {
        return table.constraints().stream().filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY);
    }

    private boolean isReferredTo(Relation table) {
        return analysis.catalog.relations().values().stream()
                .flatMap(other -> keys(other)
                        .filter(key -> key.foreignRelation() == table.oid())
                        .flatMap(key -> key.columns().stream())
                        .flatMap(number -> other.column(number).stream()))
                .anyMatch(this::isOfSomebody);
    }

    /// Whether only chosen sessions may use a command on a table: some row names them, or a claim that every client
    /// does not have.
    ///
    /// @param roles as which sessions run
    boolean isForChosen(Relation table, Command command, Collection<Long> roles) {
        var cases = analysis.cases(table).stream()
                .filter(c -> c.command() == command && c.subjects().stream().anyMatch(roles::contains))
                .toList();
        return !cases.isEmpty() && cases.stream().allMatch(this::isForChosen);
    }

    /// Whether a policy opens a table to none but the chosen, and otherwise to rows whose column names the session.
    boolean opensToChosen(Relation table, String policy) {
        var cases = analysis.cases(table).stream()
                .filter(c -> c.object().equals(policy))
                .toList();
        var sides = cases.stream().flatMap(Publication::sides).toList();
        return !sides.isEmpty()
                && sides.stream().anyMatch(this::isForChosen)
                && sides.stream().allMatch(side -> isForChosen(side) || isOwn(side));
    }

    private boolean isOwn(Expr side) {
        return Comparison.of(analysis.names, side).filter(Comparison::isEquality).stream()
                .flatMap(Comparison::sides)
                .anyMatch(each -> NormalForm.bare(each.left()) instanceof Expr.Column
                        && Sessions.readsSession(analysis.names, each.right())
                        && !Sessions.readsRow(each.right()));
    }

    boolean isForChosen(Case c) {
        return Publication.sides(c).findAny().isPresent()
                && Publication.sides(c).allMatch(this::isForChosen);
    }

    private boolean isForChosen(Expr side) {
        return Stream.concat(Stream.of(side), parts(side)).anyMatch(this::chooses);
    }

    private static Stream<Expr> parts(Expr side) {
        return side instanceof Expr.And(var operands) ? operands.stream() : Stream.of();
    }

    private boolean chooses(Expr condition) {
        return switch (NormalForm.bare(condition)) {
            case Expr.Subquery(var kind, var ignored, var query, var type)
            when kind == Expr.Subquery.Kind.EXISTS ->
                chooses(query, query.where().stream().anyMatch(this::namesSession));
            case Expr.Subquery(var kind, var test, var query, var type)
            when kind == Expr.Subquery.Kind.ANY ->
                chooses(
                        query,
                        test.filter(known -> Sessions.readsSession(analysis.names, known) && !Sessions.readsRow(known))
                                .isPresent());
            default ->
                Comparison.of(analysis.names, condition).filter(Comparison::isEquality).stream()
                        .flatMap(Comparison::sides)
                        .anyMatch(side -> isClaim(side) || isRank(side));
        };
    }

    /// Whether a column of the session's own row must have a certain value: `(select role from ...) = 'admin'`.
    private boolean isRank(Comparison side) {
        return Sessions.text(side.right()).isPresent()
                && NormalForm.bare(side.left()) instanceof Expr.Subquery(var kind, var ignored, var query, var type)
                && kind == Expr.Subquery.Kind.SCALAR
                && query.where().stream().anyMatch(this::namesSession)
                && tables(query).noneMatch(this::isOfTenant);
    }

    private Stream<Relation> tables(Query query) {
        return query.tables().flatMap(source -> analysis.catalog.relation(source.oid()).stream());
    }

    /// Whether it finds the session in a list of the chosen, or among others by a mark. Everybody may have a profile.
    private boolean chooses(Query query, boolean namesSession) {
        var conditions = Stream.concat(query.where().stream(), query.on().stream())
                .flatMap(expr -> NormalForm.conjuncts(expr).stream())
                .toList();
        return namesSession
                && tables(query).noneMatch(this::isOfTenant)
                && (tables(query).anyMatch(table -> CHOSEN.matcher(table.name()).find())
                        || conditions.stream().anyMatch(this::isMark));
    }

    /// Whether a row is about somebody's part in something: whoever is chosen for one tenant is not for another.
    private boolean isOfTenant(Relation table) {
        return table.columns().stream()
                .anyMatch(column -> OF_TENANT.matcher(words(column)).matches());
    }

    /// Whether a row must have a mark: `role = 'admin'`, `is_staff`.
    private boolean isMark(Expr condition) {
        return !Sessions.readsSession(analysis.names, condition)
                && Walk.over(condition).anyMatch(place -> place.node() instanceof Expr.Column)
                && (NormalForm.bare(condition) instanceof Expr.Column
                        || Walk.over(condition).anyMatch(place -> place.node() instanceof Expr.Constant));
    }

    private boolean namesSession(Expr where) {
        return Walk.over(where)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream())
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .anyMatch(side -> side.leftColumn().isPresent() && Sessions.readsSession(analysis.names, side.right()));
    }

    /// Whether a signed claim must have a certain value.
    private boolean isClaim(Comparison side) {
        var value = Sessions.text(side.right());
        return value.filter(text -> !text.isEmpty() && !ANYBODY.contains(text)).isPresent()
                && claim(side.left())
                        .filter(claim -> !claim.path().contains("user_metadata"))
                        .isPresent();
    }

    private Optional<Input.Claim> claim(Expr expr) {
        return Sessions.inputs(analysis.names, expr)
                .flatMap(input -> input instanceof Input.Claim claim ? Stream.of(claim) : Stream.empty())
                .findFirst();
    }
}
