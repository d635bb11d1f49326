package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// How a caller wants rows to be shown: `expand=customer,payment_link.price` puts what is referred to beside its id, by
/// one more statement for each; `fields=id,status` leaves out the rest.
///
/// A restricted key expands only what it could read by itself.
final class View {

    private static final int DEEPEST = 2;
    private static final int MOST = 10;

    private final TenantKey tenant;
    private final Set<String> fields;
    private final Map<String, Expansion> expansions = new LinkedHashMap<>();

    private record Expansion(Resource<?, ?> target, Map<String, Expansion> further) {}

    private View(TenantKey tenant, Set<String> fields) {
        this.tenant = tenant;
        this.fields = fields;
    }

    static View of(Context ctx, Resource<?, ?> resource) {
        var view = new View(Resource.tenant(ctx), names(ctx, "fields").collect(Collectors.toSet()));
        names(ctx, "expand").forEach(path -> expand(path, view.expansions, resource, Requests.caller(ctx)));
        view.fields.stream()
                .filter(name -> !resource.hasField(name) && !view.expansions.containsKey(name))
                .findAny()
                .ifPresent(name -> {
                    throw new Problem(ProblemCode.INVALID_PARAMETER, "there is no field " + name);
                });
        view.expansions.keySet().stream()
                .filter(name -> !view.fields.isEmpty() && !view.fields.contains(name))
                .findAny()
                .ifPresent(name -> {
                    throw new Problem(
                            ProblemCode.INVALID_PARAMETER,
                            "`expand` asks for %1$s, and `fields` leaves it out; add %1$s to `fields`".formatted(name));
                });
        return view;
    }

    private static Stream<String> names(Context ctx, String parameter) {
        return Optional.ofNullable(ctx.queryParam(parameter)).stream()
                .flatMap(text -> Stream.of(text.split(",")))
                .limit(100);
    }

    private static void expand(String path, Map<String, Expansion> into, Resource<?, ?> resource, Caller caller) {
        var parts = List.of(path.split("\\."));
        if (parts.size() > DEEPEST || into.size() >= MOST) {
            throw new Problem(ProblemCode.INVALID_PARAMETER, "expand at most 10 references, 2 deep");
        }
        var level = into;
        var from = resource;
        for (var name : parts) {
            var target = from.target(name)
                    .orElseThrow(() -> new Problem(ProblemCode.INVALID_PARAMETER, "cannot expand " + name));
            if (!caller.has(target.readScope())) {
                throw new Problem(ProblemCode.INSUFFICIENT_SCOPE, "the key needs the scope " + target.readScope());
            }
            level = level.computeIfAbsent(name, _ -> new Expansion(target, new LinkedHashMap<>())).further;
            from = target;
        }
    }

    List<ObjectNode> show(Mappers on, List<ObjectNode> rows) {
        expand(on, rows, expansions);
        if (!fields.isEmpty()) {
            var shown =
                    Stream.concat(fields.stream(), Stream.of(Withheld.FIELD)).toList();
            rows.forEach(row -> row.retain(shown));
        }
        return rows;
    }

    private void expand(Mappers on, List<ObjectNode> rows, Map<String, Expansion> level) {
        level.forEach((name, expansion) -> {
            var ids = rows.stream().flatMap(row -> id(row, name).stream()).collect(Collectors.toSet());
            var found = ids.isEmpty() ? Map.<UUID, ObjectNode>of() : expansion.target.all(on, tenant, ids);
            expand(on, List.copyOf(found.values()), expansion.further);
            rows.forEach(row -> row.set(name, id(row, name).map(found::get).orElse(null)));
        });
    }

    private static Optional<UUID> id(ObjectNode row, String name) {
        return Optional.ofNullable(row.path(name + "_id").asString(null)).map(UUID::fromString);
    }
}
