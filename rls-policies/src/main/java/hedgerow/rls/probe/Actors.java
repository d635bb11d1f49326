package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Catalog.StoredSettings;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
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
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// The sessions of each role: of the attacker, of the rightful tenant, and without an identity.
final class Actors {

    private static final int MOST_PROFILES = 16;
    private static final int MOST_VALUES = 8;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> STORED = Set.of("row_security", "search_path", "plan_cache_mode");

    private final Model model;
    private final Catalog catalog;
    private final Tenancy tenancy;
    private final Samples samples;
    private final Hints hints;
    private final GroupValues groups;
    private final Map<Party, String> tenants;

    /// @param tenants names of roles, where the role is the identity
    Actors(Model model, Tenancy tenancy, Samples samples, Hints hints, GroupValues groups, Map<Party, String> tenants) {
        this.model = model;
        this.catalog = model.catalog();
        this.tenancy = tenancy;
        this.samples = samples;
        this.hints = hints;
        this.groups = groups;
        this.tenants = tenants;
    }

    /// Identities that a session has without setting any: by ALTER ROLE, ALTER DATABASE or a function's SET.
    static Map<Input, List<String>> stored(Model model, Tenancy tenancy) {
        var stored = new HashMap<Input, List<String>>();
        for (var input : tenancy.identities()) {
            if (input instanceof Input.Setting(var name)) {
                var lines = Stream.concat(
                        model.catalog().storedSettings().stream().flatMap(each -> each.settings().stream()),
                        model.catalog().functions().values().stream()
                                .filter(function -> model.settings().schemas().contains(function.schema()))
                                .flatMap(function -> function.settings().stream()));
                stored.put(
                        input,
                        lines.filter(line -> line.startsWith(name + "="))
                                .map(line -> line.substring(name.length() + 1))
                                .filter(value -> !value.isBlank())
                                .distinct()
                                .toList());
            }
        }
        return stored;
    }

    // --- roles ---------------------------------------------------------------------------------------------------

    /// Logins that are tenants themselves: one that can be another, if there is one.
    static Map<Party, String> tenantRoles(Model model, Tenancy tenancy, Hints hints) {
        if (tenancy.identities().stream().anyMatch(input -> !(input instanceof Input.User))
                || Stream.concat(tenancy.identities().stream(), hints.inputs().keySet().stream())
                                .noneMatch(Input.User.class::isInstance)
                        && !hints.asksForRoles()) {
            return Map.of();
        }
        var logins = Stream.concat(model.settings().logins().stream(), model.settings().subjects().stream())
                .distinct()
                .flatMap(oid -> model.catalog().role(oid).stream())
                .filter(role -> !role.isExempt())
                .filter(role ->
                        tables(model).anyMatch(table -> model.gates().may(role.oid(), table, Policy.Command.SELECT)))
                .sorted(Comparator.comparing((Role role) -> !role.login()).thenComparing(Role::name))
                .toList();
        for (var own : logins) {
            for (var foreign : logins) {
                if (own != foreign && model.gates().roles().actsAs(own.oid()).contains(foreign.oid())) {
                    return Map.of(Party.OWN, own.name(), Party.FOREIGN, foreign.name());
                }
            }
        }
        return switch (logins.size()) {
            case 0 -> Map.of();
            case 1 -> Map.of(Party.OWN, logins.getFirst().name());
            default ->
                Map.of(
                        Party.OWN,
                        logins.get(0).name(),
                        Party.FOREIGN,
                        logins.get(1).name());
        };
    }

    private static Stream<Relation> tables(Model model) {
        return model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(table -> table.isTable() && table.rowSecurity());
    }

    /// All that attack, by name. Superusers are outside of every claim, unless a login that is none can become one.
    List<Role> roles() {
        return model.settings().subjects().stream()
                .flatMap(oid -> catalog.role(oid).stream())
                .filter(role -> !role.superuser() || isWithinReach(role))
                .filter(role -> tenants.isEmpty() || isReachedBy(tenants.get(Party.OWN), role))
                .sorted(Comparator.comparing(Role::name))
                .toList();
    }

    private boolean isReachedBy(String login, Role role) {
        return catalog.roles().values().stream()
                .filter(known -> known.name().equals(login))
                .anyMatch(known -> model.gates().roles().actsAs(known.oid()).contains(role.oid()));
    }

    private boolean isWithinReach(Role role) {
        return logins(role).anyMatch(login -> !login.superuser());
    }

    private Stream<Role> logins(Role role) {
        return model.settings().logins().stream()
                .flatMap(oid -> catalog.role(oid).stream())
                .filter(login -> model.gates().roles().actsAs(login.oid()).contains(role.oid()));
    }

    // --- sessions ------------------------------------------------------------------------------------------------

    /// Sessions of one tenant; those of different tenants at the same place differ in the tenant alone.
    List<Actor> bound(Role role, Actor.Kind kind) throws SQLException {
        var party = switch (kind) {
            case OWN -> Party.OWN;
            case JUNIOR -> Party.JUNIOR;
            default -> Party.FOREIGN;
        };
        var as = kind == Actor.Kind.FOREIGN && tenants.containsKey(Party.FOREIGN)
                ? catalog.roles().values().stream()
                        .filter(known -> known.name().equals(tenants.get(Party.FOREIGN)))
                        .findFirst()
                        .orElse(role)
                : role;
        var choices = new LinkedHashMap<Input, List<Optional<String>>>();
        for (var input : inputs()) {
            choices.put(
                    input,
                    tenancy.identities().contains(input)
                            ? identities(input, party)
                            : others(input).reversed());
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

    private List<Input> inputs() {
        var all = new LinkedHashSet<>(tenancy.identities());
        all.addAll(hints.inputs().keySet());
        return settable(all);
    }

    private static List<Input> settable(Set<Input> inputs) {
        return inputs.stream()
                .filter(input -> input instanceof Input.Setting || input instanceof Input.Claim)
                .toList();
    }

    /// What nobody can set, as it is printed.
    List<String> fixed() {
        return hints.inputs().keySet().stream()
                .filter(Input.Call.class::isInstance)
                .map(input -> input.print(model.names()))
                .toList();
    }

    private List<Optional<String>> identities(Input input, Party party) throws SQLException {
        var found = new LinkedHashSet<Optional<String>>();
        for (var anchor : tenancy.anchors()) {
            if (anchor.input().equals(input)) {
                var value = groups.value(new Links.At(anchor.table(), anchor.column()), party);
                var prefixes = prefixes(anchor);
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

    /// What an accessor cuts off an input: `user:` of `user:%`.
    private static List<String> prefixes(Tenancy.Anchor anchor) {
        return Hints.constants(anchor.home()).stream()
                .filter(text -> text.contains("%") || text.contains("__"))
                .filter(text -> text.matches("[^_%]+[_%].*"))
                .map(text -> text.replaceFirst("[_%].*", ""))
                .distinct()
                .toList();
    }

    private List<Optional<String>> others(Input input) {
        var values = hints.inputs().getOrDefault(input, Set.of()).stream()
                .limit(MOST_VALUES)
                .map(Optional::of);
        return Stream.concat(Stream.of(Optional.<String>empty()), values.toList().reversed().stream())
                .toList();
    }

    private List<Actor> actors(Role role, Actor.Kind kind, Map<Input, List<Optional<String>>> choices) {
        var actors = new ArrayList<Actor>();
        for (var stored : stored(role)) {
            for (var chosen : combinations(choices)) {
                var settings = new LinkedHashMap<>(stored);
                settings.putAll(settings(chosen));
                actors.add(new Actor(role.quoted(), role.name(), kind, actors.size(), settings));
            }
        }
        return actors.stream().limit(MOST_PROFILES).toList();
    }

    /// What its logins bring, each once.
    private List<Map<String, String>> stored(Role role) {
        var all = new LinkedHashSet<Map<String, String>>();
        logins(role).forEach(login -> {
            var settings = new LinkedHashMap<String, String>();
            catalog.storedSettings().stream()
                    .filter(each -> each.role() == 0 || each.role() == login.oid())
                    .map(StoredSettings::settings)
                    .flatMap(List::stream)
                    .map(line -> line.split("=", 2))
                    .filter(pair -> pair[0].contains(".") || STORED.contains(pair[0]))
                    .forEach(pair -> settings.put(pair[0], pair[1]));
            all.add(settings);
        });
        return all.isEmpty() ? List.of(Map.of()) : List.copyOf(all);
    }

    /// All choices in combination, those that differ from the first in one input before the rest.
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

    private Map<String, String> settings(Map<Input, Optional<String>> chosen) {
        var settings = new TreeMap<String, String>();
        var json = new TreeMap<String, Map<String, Object>>();
        chosen.forEach((input, value) -> {
            switch (input) {
                case Input.Setting(var name) -> value.ifPresent(text -> settings.put(name, text));
                case Input.Claim(var setting, var path) ->
                    value.ifPresent(text -> put(json.computeIfAbsent(setting, _ -> new TreeMap<>()), path, text));
                case Input.Call _, Input.User _ -> {}
            }
        });
        json.forEach((setting, object) -> settings.put(setting, JSON.writeValueAsString(object)));
        return settings;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> object, List<String> path, String value) {
        var inner = object;
        for (var key : path.subList(0, path.size() - 1)) {
            var next = inner.computeIfAbsent(key, _ -> new TreeMap<String, Object>());
            if (!(next instanceof Map)) {
                return;
            }
            inner = (Map<String, Object>) next;
        }
        inner.putIfAbsent(path.getLast(), value);
    }
}
