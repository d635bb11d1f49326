package hedgerow.server.http;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Turns JSON that the contract has passed into the records that mappers take.
final class Bodies {

    private Bodies() {}

    /// @param code what it is if a value still does not fit, such as a date that no calendar has
    static <T> T bind(JsonMapper mapper, JsonNode node, Class<T> type, ProblemCode code) {
        try {
            return mapper.treeToValue(node, type);
        } catch (JacksonException e) {
            throw new Problem(code, "a value is not of its type");
        }
    }
}
