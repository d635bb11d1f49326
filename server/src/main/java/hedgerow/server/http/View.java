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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.databind.util.RawValue;

/// The form in which a caller wants rows to be shown: `expand=customer,payment_link.price` puts each
/// referenced row beside its id, by one more statement for each reference; `fields=id,status` omits the
/// rest.
///
/// A restricted key expands only what it could read by itself. Rows beyond the length of an answer are not
/// fetched.
final class View {

    private static final int DEEPEST = 2;
    private static final int MOST = 10;

    private final TenantKey tenant;
    private final Set<String> fields;
    private final Map<String, Expansion> expansions = new LinkedHashMap<>();
    private int statements;
    private long size;

    private record Expansion(Resource<?, ?> target, Map<String, Expansion> further) {}

    private View(TenantKey tenant, Set<String> fields) {
        this.tenant = tenant;
        this.fields = fields;
    }

    static View of(Context ctx, Resource<?, ?> resource) {
        var view = new View(Resource.tenant(ctx), names(ctx, "fields").collect(Collectors.toSet()));
        names(ctx, "expand").forEach(path -> view.expand(path, resource, Requests.caller(ctx)));
        view.fields.stream()
                .filter(name -> !resource.hasField(name) && !view.expansions.containsKey(name))
                .findAny()
                .ifPresent(name -> {
                    throw new Problem(ProblemCode.INVALID_PARAMETER, "there is no field `%s` here".formatted(name));
                });
        view.expansions.keySet().stream()
                .filter(name -> !view.fields.isEmpty() && !view.fields.contains(name))
                .findAny()
                .ifPresent(name -> {
                    throw new Problem(
                            ProblemCode.INVALID_PARAMETER,
                            "`expand` names %1$s, but `fields` leaves it out; add %1$s to `fields`".formatted(name));
                });
        return view;
    }

    private static Stream<String> names(Context ctx, String parameter) {
        return Optional.ofNullable(ctx.queryParam(parameter)).stream()
                .flatMap(text -> Stream.of(text.split(",")))
                .limit(100);
    }

    private void expand(String path, Resource<?, ?> resource, Caller caller) {
        var parts = List.of(path.split("\\."));
        if (parts.size() > DEEPEST) {
            throw tooMany();
        }
        var level = expansions;
        var from = resource;
        for (var name : parts) {
            var target = from.target(name)
                    .orElseThrow(() -> new Problem(
                            ProblemCode.INVALID_PARAMETER,
                            "`%s` is not a reference that can be expanded".formatted(name)));
            if (!caller.has(target.readScope())) {
                throw new Problem(
                        ProblemCode.INSUFFICIENT_SCOPE, "the key needs the scope `%s`".formatted(target.readScope()));
            }
            level = level.computeIfAbsent(name, _ -> expansion(target)).further;
            from = target;
        }
    }

    private Expansion expansion(Resource<?, ?> target) {
        if (++statements > MOST) {
            throw tooMany();
        }
        return new Expansion(target, new LinkedHashMap<>());
    }

    private static Problem tooMany() {
        return new Problem(
                ProblemCode.INVALID_PARAMETER,
                "`expand` takes at most %d references, %d deep".formatted(MOST, DEEPEST));
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
            found.values().forEach(this::requireRoom);
            expand(on, List.copyOf(found.values()), expansion.further);
            rows.forEach(row -> row.set(name, id(row, name).map(found::get).orElse(null)));
        });
    }

    /// Requires room for a row. Each row is written at least once, so a response without room for it need
    /// not be read any further.
    private void requireRoom(ObjectNode row) {
        size += row.values().stream().mapToLong(View::length).sum();
        if (size > Answers.MOST_BYTES) {
            throw Answers.tooLarge();
        }
    }

    private static long length(JsonNode value) {
        return switch (value) {
            case StringNode text -> text.stringValue().length();
            case POJONode document
            when document.getPojo() instanceof RawValue raw ->
                String.valueOf(raw.rawValue()).length();
            default -> value.valueStream().mapToLong(View::length).sum();
        };
    }

    private static Optional<UUID> id(ObjectNode row, String name) {
        return Optional.ofNullable(row.path(name + "_id").asString(null)).map(UUID::fromString);
    }
}
