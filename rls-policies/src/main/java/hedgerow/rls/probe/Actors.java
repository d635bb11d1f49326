package hedgerow.rls.probe;

import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.InputSettings;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Tenancy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The sessions of each role: of the attacker, of the rightful tenant, and without an identity.
final class Actors {

    private static final int MOST_PROFILES = 16;
    private static final int MOST_VALUES = 8;

    private final Tenancy tenancy;
    private final Set<Long> apiRoles;
    private final Hints hints;
    private final Entrants entrants;
    private final Ways ways;
    private final GroupValues groups;
    private final Optional<Role> only;

    /// The actors on a ground.
    ///
    /// @param only the login whose sessions these are; all if empty
    Actors(Ground ground, GroupValues groups, Optional<Role> only) {
        this.tenancy = ground.tenancy();
        this.apiRoles = ground.model().settings().apiRoles();
        this.hints = ground.hints();
        this.entrants = ground.entrants();
        this.ways = new Ways(ground.model().catalog(), ground.model().gates().roles());
        this.groups = groups;
        this.only = only;
    }

    // --- sessions ------------------------------------------------------------------------------------------------

    /// The sessions of one tenant; those of different tenants at the same place differ in the tenant alone.
    List<Actor> bound(Role role, Actor.Kind kind) throws SQLException {
        var party = switch (kind) {
            case OWN -> Party.OWN;
            case JUNIOR -> Party.JUNIOR;
            default -> Party.FOREIGN;
        };
        var as = kind == Actor.Kind.FOREIGN ? entrants.tenants().getOrDefault(Party.FOREIGN, role) : role;
        var choices = new LinkedHashMap<Input, List<Optional<String>>>();
        for (var input : inputs()) {
            choices.put(input, tenancy.identities().contains(input) ? identities(input, party) : others(input, party));
        }
        return actors(as, kind, choices);
    }

    List<Actor> unbound(Role role, Actor.Kind kind) {
        if (settable(tenancy.identities()).isEmpty()
                && (kind != Actor.Kind.UNSET || !tenancy.identities().isEmpty())) {
            return List.of();
        }
        var malformed = settable(tenancy.identities()).stream()
                .filter(input -> !tenancy.parsedTypes(input).isEmpty())
                .toList();
        if (kind == Actor.Kind.MALFORMED && malformed.isEmpty()) {
            return List.of();
        }
        var choices = new LinkedHashMap<Input, List<Optional<String>>>();
        for (var input : inputs()) {
            if (!tenancy.identities().contains(input)) {
                choices.put(input, others(input));
            } else {
                choices.put(
                        input,
                        switch (kind) {
                            case EMPTY -> List.of(Optional.of(""));
                            case MALFORMED -> List.of(malformed.contains(input) ? Optional.of("x") : Optional.empty());
                            default -> List.of(Optional.empty());
                        });
            }
        }
        return actors(role, kind, choices);
    }

    /// The inputs that a session sets. A setting that policies also read in parts is set as a whole if they compare
    /// its first part alone, and otherwise in parts.
    private List<Input> inputs() {
        var all = new LinkedHashSet<>(tenancy.identities());
        all.addAll(hints.inputs().keySet());
        var inParts = all.stream()
                .filter(input -> input instanceof Input.Part part
                        && (tenancy.identities().contains(part) || !isBeginning(part)))
                .map(input -> ((Input.Part) input).setting())
                .collect(Collectors.toSet());
        return settable(all).stream()
                .filter(input -> switch (input) {
                    case Input.Setting(var name) -> !inParts.contains(name);
                    case Input.Part part ->
                        inParts.contains(part.setting()) || !all.contains(new Input.Setting(part.setting()));
                    default -> true;
                })
                .toList();
    }

    private static boolean isBeginning(Input.Part part) {
        return part.splits().stream().allMatch(split -> split.number() == 1);
    }

    private static List<Input> settable(Set<Input> inputs) {
        return inputs.stream()
                .filter(input -> input instanceof Input.Setting || input instanceof Input.Member)
                .toList();
    }

    private List<Optional<String>> identities(Input input, Party party) throws SQLException {
        var found = new LinkedHashSet<Optional<String>>();
        for (var anchor : tenancy.anchors()) {
            if (anchor.input().equals(input)) {
                var value = groups.value(new Links.At(anchor.table(), anchor.column()), party);
                var prefixes = GroupValues.prefixes(anchor);
                value.ifPresent(text -> {
                    if (prefixes.isEmpty()) {
                        found.add(Optional.of(text));
                    }
                    prefixes.forEach(prefix -> found.add(Optional.of(prefix + text)));
                });
            }
        }
        return found.isEmpty() ? List.of(Optional.empty()) : List.copyOf(found);
    }

    /// The values of an input other than an identity; first the one that the party's rows hold.
    private List<Optional<String>> others(Input input, Party party) throws SQLException {
        var held = new LinkedHashSet<Optional<String>>();
        for (var column : hints.columns(input)) {
            held.add(groups.value(column, party));
        }
        return others(input).reversed().stream()
                .sorted(Comparator.comparing(value -> value.isEmpty() || !held.contains(value)))
                .toList();
    }

    private List<Optional<String>> others(Input input) {
        var values = Stream.concat(beginnings(input), hints.inputs().getOrDefault(input, Set.of()).stream())
                .distinct()
                .limit(MOST_VALUES)
                .map(Optional::of);
        return Stream.concat(Stream.of(Optional.<String>empty()), values.toList().reversed().stream())
                .toList();
    }

    /// The values of the first part of a setting, each of which can be all of it.
    private Stream<String> beginnings(Input input) {
        return hints.inputs().entrySet().stream()
                .filter(hint -> hint.getKey() instanceof Input.Part part
                        && input.equals(new Input.Setting(part.setting()))
                        && isBeginning(part))
                .flatMap(hint -> hint.getValue().stream());
    }

    private List<Actor> actors(Role role, Actor.Kind kind, Map<Input, List<Optional<String>>> choices) {
        var actors = new ArrayList<Actor>();
        for (var login : logins(role)) {
            var grants = ways.grants(login, role);
            for (var chosen : combinations(choices)) {
                if (!isPossible(role, chosen)) {
                    continue;
                }
                actors.add(
                        new Actor(login, grants, role, kind, actors.size(), entrants.stored(login), settings(chosen)));
            }
        }
        return actors.stream().limit(MOST_PROFILES).toList();
    }

    /// An API sets the role that its client's token names.
    private boolean isPossible(Role role, Map<Input, Optional<String>> chosen) {
        return !apiRoles.contains(role.oid())
                || chosen.entrySet().stream()
                        .filter(choice -> Sessions.isRole(choice.getKey()))
                        .flatMap(choice -> choice.getValue().stream())
                        .allMatch(role.name()::equals);
    }

    private List<Role> logins(Role role) {
        var all = entrants.of(role);
        return only.map(List::of).orElse(all.isEmpty() ? List.of(role) : all);
    }

    /// All combinations of choices, first those that differ from the first in one input.
    private static List<Map<Input, Optional<String>>> combinations(Map<Input, List<Optional<String>>> choices) {
        List<Map<Input, Optional<String>>> all = new ArrayList<>();
        all.add(new HashMap<>());
        for (var choice : choices.entrySet()) {
            var next = new ArrayList<Map<Input, Optional<String>>>();
            for (var value : choice.getValue()) {
                for (var each : all) {
                    var with = new HashMap<>(each);
                    with.put(choice.getKey(), value);
                    next.add(with);
                }
            }
            all = next;
            if (all.size() > 4_096) {
                break;
            }
        }
        var first = all.getFirst();
        return all.stream()
                .sorted(Comparator.comparing(each -> each.entrySet().stream()
                        .filter(value -> !value.getValue().equals(first.get(value.getKey())))
                        .count()))
                .toList();
    }

    private static Map<String, String> settings(Map<Input, Optional<String>> chosen) {
        var known = new HashMap<Input, String>();
        chosen.forEach((input, value) -> value.ifPresent(text -> known.put(input, text)));
        return InputSettings.of(known);
    }
}
