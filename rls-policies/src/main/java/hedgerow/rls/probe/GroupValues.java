package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.InputSettings;
import hedgerow.rls.logic.SqlText;
import hedgerow.rls.logic.Tenancy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The values of linked columns, which distinguish the tenants.
final class GroupValues {

    private static final int SPAN = 30;
    private static final int MOST_TRIED = 12;
    private static final int MOST_EXISTING = 50;
    private static final int MOST_CONDITIONS = 40;

    /// The oids of uuid, bigint and integer.
    private static final List<Long> PARSED = List.of(2950L, 20L, 23L);

    private record Key(Links.At root, Party party) {}

    private final Arena arena;
    private final Catalog catalog;
    private final Links links;
    private final Samples samples;
    private final Facts facts;
    private final Map<Input, List<String>> stored;
    private final Map<Party, Role> roles;
    private final List<Tenancy.Anchor> anchors;
    private final Ownership ownership;
    private final Hints hints;
    private final Map<Key, Optional<String>> known = new HashMap<>();
    private final Map<Links.At, Integer> numbers = new HashMap<>();
    private RowMaker maker;
    private boolean bound;

    GroupValues(Arena arena, Ground ground) {
        this.arena = arena;
        this.catalog = ground.model().catalog();
        this.links = ground.links();
        this.samples = ground.samples();
        this.facts = ground.facts();
        this.stored = ground.entrants().storedIdentities();
        this.roles = ground.entrants().tenants();
        this.anchors = ground.tenancy().anchors();
        this.ownership = ground.ownership();
        this.hints = ground.hints();
    }

    void with(RowMaker rowMaker) {
        this.maker = rowMaker;
    }

    /// Lets the session be bound to choose values, which are chosen anew: a setting that was once set reads as the
    /// empty text from then on.
    void bind() {
        bound = true;
        known.keySet().removeIf(key -> key.party == Party.FOREIGN);
    }

    /// The value as text; empty if no value could be found that all of the columns accept.
    Optional<String> value(Links.At at, Party party) throws SQLException {
        var root = links.root(at);
        var key = new Key(root, isShared(root) ? Party.SHARED : asked(root, party));
        var value = known.get(key);
        if (value == null) {
            value = find(key);
            known.put(key, value);
        }
        return value;
    }

    /// The party whose value it is. Persons of a tenant differ in nothing but their identity.
    private Party asked(Links.At root, Party party) {
        return party == Party.JUNIOR && links.anchor(root).isEmpty() ? Party.FOREIGN : party;
    }

    private boolean isShared(Links.At at) {
        return ownership.isShared(at);
    }

    /// The only party whose value this is.
    Optional<Party> party(Links.At at, String value) throws SQLException {
        var found = new ArrayList<Party>();
        for (var party : Party.values()) {
            if (party != Party.SHARED
                    && !isShared(at)
                    && asked(links.root(at), party) == party
                    && value(at, party).filter(value::equals).isPresent()) {
                found.add(party);
            }
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private Optional<String> find(Key key) throws SQLException {
        if (key.party == Party.SHARED) {
            var existing = existing(key.root);
            if (existing.isPresent()) {
                return existing;
            }
        }
        var alike = alike(key.root, key.party);
        if (alike.isPresent() && isAccepted(key.root, alike.get())) {
            return alike;
        }
        var taken = new ArrayList<String>();
        var found = accepted(key, likeOwn(key, candidates(key).toList()), taken);
        if (found.isEmpty() && taken.isEmpty()) {
            found = accepted(key, further(key), taken);
        }
        // Of too few values, as of a boolean, tenants have the same one.
        return found.or(() -> taken.stream().findFirst());
    }

    /// The first of these values that all columns accept, and that no other party has.
    ///
    /// @param taken gets those that another one has
    private Optional<String> accepted(Key key, List<String> candidates, List<String> taken) {
        for (var candidate : candidates) {
            var isTaken = known.entrySet().stream()
                    .anyMatch(other -> other.getKey().root.equals(key.root)
                            && other.getValue().filter(candidate::equals).isPresent());
            if (isTaken) {
                taken.add(candidate);
            } else if (isAccepted(key.root, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /// More values than the usual ones, which conditions may require.
    private List<String> further(Key key) throws SQLException {
        var found = new ArrayList<String>();
        for (var member : members(key.root).toList()) {
            found.addAll(maker.further(member.table, member.column, number(key)));
        }
        return found.stream().distinct().toList();
    }

    private int number(Key key) {
        return numbers.computeIfAbsent(key.root, _ -> numbers.size()) * 2 + key.party.ordinal() * SPAN * 10;
    }

    /// The value that the party's rows hold in other columns to which policies compare the same input, unless
    /// it is an identity: one session sees all of them.
    Optional<String> alike(Links.At at, Party party) throws SQLException {
        for (var columns : hints.compared(at)) {
            var other = columns.stream()
                    .filter(links::isLinked)
                    .min(Comparator.comparing(column -> !isShared(column)))
                    .filter(column -> !links.root(column).equals(links.root(at)));
            if (other.isPresent()) {
                return value(other.get(), party);
            }
        }
        return Optional.empty();
    }

    private boolean isAccepted(Links.At root, String value) {
        return members(root).allMatch(member -> maker.satisfies(member.table, member.column, value));
    }

    private record Member(Relation table, Column column) {}

    private Stream<Member> members(Links.At root) {
        return links.members(root).stream()
                .flatMap(at -> catalog.relation(at.table()).stream()
                        .flatMap(table ->
                                table.column((long) at.column()).stream().map(column -> new Member(table, column))));
    }

    private Stream<String> candidates(Key key) throws SQLException {
        var n = number(key);
        var column = members(key.root).findFirst().orElseThrow().column;
        var chosen = new ArrayList<String>();
        if (links.anchor(key.root).isEmpty()) {
            role(key.party).forEach(chosen::add);
        }
        var anchor = links.anchor(key.root);
        if (anchor.isPresent()) {
            chosen.addAll(identity(anchor.get(), column, key.party));
            chosen.addAll(composed(anchor.get(), column, key.party));
        }
        for (var i = 0; i < MOST_TRIED; i++) {
            samples.of(column, n + i * 7_919 % 1_000).ifPresent(chosen::add);
        }
        members(key.root)
                .flatMap(member -> facts.checks(member.table.oid()).stream()
                        .filter(check -> check.columns().contains(member.column.number()))
                        .flatMap(check -> samples.suggested(check.sql(), member.column, n).stream()))
                .forEach(chosen::add);
        return chosen.stream().distinct();
    }

    /// The candidates for the other tenant, first those that most policies take for the attacker's own: where they
    /// compare hashes or beginnings, some do.
    private List<String> likeOwn(Key key, List<String> candidates) throws SQLException {
        var anchor = links.anchor(key.root);
        if (!bound
                || key.party != Party.FOREIGN
                || anchor.isEmpty()
                || anchor.get().input() instanceof Input.User) {
            return candidates;
        }
        var own = value(key.root, Party.OWN)
                .map(text -> prefixes(anchor.get()).stream().findFirst().orElse("") + text);
        var conditions = conditions(key.root);
        if (own.isEmpty() || conditions.isEmpty()) {
            return candidates;
        }
        try {
            var scores = arena.undone(() -> scores(anchor.get().input(), own.get(), candidates, conditions));
            return candidates.stream()
                    .sorted(Comparator.comparing((String candidate) -> scores.get(candidate))
                            .reversed())
                    .toList();
        } catch (SQLException e) {
            arena.failed(e);
            return candidates;
        }
    }

    /// The number of conditions that candidates meet in a session with this identity.
    private Map<String, Long> scores(Input input, String own, List<String> candidates, List<String> conditions)
            throws SQLException {
        for (var setting : InputSettings.of(Map.of(input, own)).entrySet()) {
            arena.execute("set local %s = %s"
                    .formatted(SqlText.setting(setting.getKey()), SqlText.quote(setting.getValue())));
        }
        var scores = new HashMap<String, Long>();
        for (var candidate : candidates) {
            var met = arena.eachRow(conditions.stream()
                    .map(condition -> condition.formatted(SqlText.quote(candidate)))
                    .toList());
            scores.put(candidate, met.stream().filter(List.of("true")::equals).count());
        }
        return scores;
    }

    /// Queries whether the policies on these columns admit a row with some value, of which nothing else is known.
    private List<String> conditions(Links.At root) {
        var found = new LinkedHashMap<String, String>();
        members(root)
                .filter(member -> member.table.rowSecurity())
                .forEach(member -> member.table.policies().stream()
                        .flatMap(policy -> Stream.of(policy.usingSql(), policy.checkSql()))
                        .flatMap(Optional::stream)
                        .filter(sql -> sql.contains(member.column.name()))
                        .forEach(sql -> found.computeIfAbsent(sql, _ -> admits(member, sql))));
        return found.values().stream().limit(MOST_CONDITIONS).toList();
    }

    private static String admits(Member member, String condition) {
        var columns = member.table.columns().stream()
                .map(column -> "cast(%s as %s) as %s"
                        .formatted(
                                column.equals(member.column) ? "%s" : "null",
                                escaped(column.typeName()),
                                escaped(column.quoted())))
                .collect(Collectors.joining(", "));
        return "select array[((%s) is not false)::text] from (select %s) as %s"
                .formatted(escaped(condition), columns, escaped(SqlText.identifier(member.table.name())));
    }

    private static String escaped(String sql) {
        return sql.replace("%", "%%");
    }

    /// The prefixes that an accessor cuts off an input: `user:` of `user:%`.
    static List<String> prefixes(Tenancy.Anchor anchor) {
        return Hints.constants(anchor.home()).stream()
                .filter(text -> text.contains("%") || text.contains("__"))
                .filter(text -> text.matches("[^_%]+[_%].*"))
                .map(text -> text.replaceFirst("[_%].*", ""))
                .distinct()
                .toList();
    }

    /// The input as a whole, where other columns hold a part of it: `user:` and an identifier.
    private List<String> composed(Tenancy.Anchor anchor, Column column, Party party) throws SQLException {
        var found = new ArrayList<String>();
        if (samples.isText(column.type())) {
            for (var other : anchors) {
                if (other.input().equals(anchor.input()) && !samples.isText(other.type())) {
                    var part = value(new Links.At(other.table(), other.column()), party);
                    part.ifPresent(text -> prefixes(other).forEach(prefix -> found.add(prefix + text)));
                }
            }
        }
        return found;
    }

    private Stream<String> role(Party party) {
        return Stream.ofNullable(roles.get(party)).map(Role::name);
    }

    /// An identity. Identities are near-identical, so that a comparison that is too wide confuses them.
    private List<String> identity(Tenancy.Anchor anchor, Column column, Party party) {
        var anchored = stored.getOrDefault(anchor.input(), List.of());
        if (anchor.input() instanceof Input.User) {
            return role(party).toList();
        }
        if (party == Party.FOREIGN) {
            var stored = anchored.stream().distinct().toList();
            if (!stored.isEmpty()) {
                return stored;
            }
        }
        if (samples.isText(column.type()) && casts(anchor).isEmpty()) {
            return switch (party) {
                case OWN -> List.of("a_b", "own_b");
                case FOREIGN -> List.of("axb", "foreign_b");
                case NEAR -> List.of("A_B");
                case JUNIOR -> List.of("junior_b");
                case SHARED -> List.of();
            };
        }
        var cast = casts(anchor);
        if (cast.isPresent()) {
            return IntStream.range(0, 3)
                    .mapToObj(i -> samples.of(cast.get(), "", 11 + i + 40 * party.ordinal()))
                    .flatMap(Optional::stream)
                    .toList();
        }
        if (samples.isNumber(column.type())) {
            return switch (party) {
                case OWN -> List.of("12");
                case FOREIGN -> List.of("1");
                case NEAR, JUNIOR, SHARED -> List.of();
            };
        }
        return List.of();
    }

    /// The type to which the session's text is cast on its way, if it differs from the column's.
    private Optional<Long> casts(Tenancy.Anchor anchor) {
        return Walk.over(anchor.home())
                .map(place -> place.node().type())
                .filter(type -> type != anchor.type() && PARSED.contains(type))
                .findFirst();
    }

    /// A value of a row that all tenants share and that exists already. The other columns of that row are then known
    /// too, so that keys of several columns find it.
    private Optional<String> existing(Links.At root) throws SQLException {
        for (var member : members(root)
                .filter(each -> ownership.shared().contains(each.table.oid()))
                .filter(each -> !RowMaker.isReference(each.table, each.column.number()))
                .toList()) {
            var columns = member.table.columns().stream()
                    .filter(column -> links.isLinked(new Links.At(member.table.oid(), column.number())))
                    .toList();
            var rows = arena.rows("select array[%s]::text[] from %s order by ctid limit %d"
                    .formatted(
                            columns.stream()
                                    .map(column -> column.quoted() + "::text")
                                    .collect(Collectors.joining(", ")),
                            member.table.quoted(),
                            MOST_EXISTING));
            for (var row : rows) {
                if (isAccepted(member.table, columns, row)) {
                    for (var i = 0; i < columns.size(); i++) {
                        note(new Links.At(member.table.oid(), columns.get(i).number()), row.get(i));
                    }
                    return Optional.ofNullable(row.get(columns.indexOf(member.column)));
                }
            }
        }
        return Optional.empty();
    }

    /// Whether a row agrees with the values that are known, and all columns accept its others.
    private boolean isAccepted(Relation table, List<Column> columns, List<String> row) {
        return IntStream.range(0, columns.size()).allMatch(i -> {
            var root = links.root(new Links.At(table.oid(), columns.get(i).number()));
            var value = row.get(i);
            var before = known.get(new Key(root, Party.SHARED));
            return value == null
                    || !isShared(root)
                    || (before == null
                            ? isAccepted(root, value)
                            : before.filter(value::equals).isPresent());
        });
    }

    private void note(Links.At at, String value) {
        var root = links.root(at);
        if (value != null && isShared(root)) {
            known.putIfAbsent(new Key(root, Party.SHARED), Optional.of(value));
        }
    }
}
