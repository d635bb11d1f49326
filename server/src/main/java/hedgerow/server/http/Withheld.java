package hedgerow.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// Omits from a response the fields that the scopes of a restricted key do not let it read. The response
/// names those fields.
final class Withheld {

    static final String FIELD = "withheld";

    /// The media type of [#written]: the row is incomplete.
    static final String WRITTEN_TYPE = "application/vnd.hedgerow.written+json";

    private static final Set<String> WRITTEN = Set.of("object", "id", "user_id", "version", "status", "secret");

    private Withheld() {}

    /// Whether the response to a write is reduced to the fields that its caller needs to go on: the key may
    /// write the resource but not read it.
    static boolean cutsWrites(Context ctx) {
        return !ctx.method().equals(HandlerType.GET) && !Requests.caller(ctx).has(Gate.resource(ctx) + ":read");
    }

    static ObjectNode written(ObjectNode row) {
        return without(
                row,
                row.propertyNames().stream()
                        .filter(name -> !WRITTEN.contains(name))
                        .toList());
    }

    static ObjectNode without(ObjectNode row, Collection<String> fields) {
        row.remove(fields);
        var names = row.putArray(FIELD);
        new TreeSet<>(fields).forEach(names::add);
        return row;
    }

    /// Details of rows that contain rows of other resources.
    ///
    /// @param subject the field that names the table, or the resource, of the other row
    /// @param fields that contain it
    static Resource.Details ofSubject(Resources resources, String subject, List<String> fields) {
        return (_, _, rows) -> {
            var caller = Exchange.current().caller().orElseThrow();
            rows.stream()
                    .filter(row -> !resources.mayRead(caller, row.path(subject).asString()))
                    .forEach(row -> without(row, fields));
        };
    }
}
