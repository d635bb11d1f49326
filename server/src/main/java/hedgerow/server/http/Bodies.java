package hedgerow.server.http;

import hedgerow.server.http.Problem.Fault;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Turns JSON that has passed the contract into the records that mappers take.
final class Bodies {

    private Bodies() {}

    /// Converts a node to a record.
    ///
    /// @param code of the problem if a value still does not fit, such as a date that no calendar has
    static <T> T bind(JsonMapper mapper, JsonNode node, Class<T> type, ProblemCode code) {
        try {
            return mapper.treeToValue(node, type);
        } catch (JacksonException e) {
            var problem = new Problem(code, "a value does not fit its type");
            throw e.getPath().isEmpty() ? problem : problem.with(new Fault(pointer(e), "does not fit its type"));
        }
    }

    private static String pointer(JacksonException e) {
        return e.getPath().stream()
                .map(step -> "/" + (step.getPropertyName() == null ? step.getIndex() : step.getPropertyName()))
                .collect(Collectors.joining());
    }
}
