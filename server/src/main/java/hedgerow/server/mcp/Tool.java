package hedgerow.server.mcp;

import com.networknt.schema.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One tool: its definition as the model reads it, and what it does.
final class Tool {

    private static final int MOST_FAULTS = 5;

    /// The work of a tool, on arguments that fit its definition.
    @FunctionalInterface
    interface Deed {
        Outcome on(AgentApi api, ObjectNode arguments);
    }

    /// The result of a call.
    ///
    /// @param answer for the model; its member `next` names what it may do now
    /// @param isError whether the tool did not do what was asked
    record Outcome(ObjectNode answer, boolean isError) {

        static Outcome done(ObjectNode answer, String next) {
            return new Outcome(answer.put("next", next), false);
        }

        static Outcome refused(ObjectNode answer, String next) {
            return new Outcome(answer.put("next", next), true);
        }
    }

    private final ObjectNode definition;
    private final Schema arguments;
    private final Deed deed;

    Tool(ObjectNode definition, Schema arguments, Deed deed) {
        this.definition = definition;
        this.arguments = arguments;
        this.deed = deed;
    }

    ObjectNode definition() {
        return definition;
    }

    String name() {
        return definition.path("name").asString();
    }

    Outcome call(AgentApi api, JsonNode given) {
        var object = given.isMissingNode() || given.isNull() ? McpProtocol.MAPPER.createObjectNode() : given;
        var faults = arguments.validate(object);
        if (!faults.isEmpty()) {
            var answer = McpProtocol.MAPPER.createObjectNode().put("code", "invalid_arguments");
            var list = answer.putArray("errors");
            faults.stream()
                    .limit(MOST_FAULTS)
                    .forEach(fault -> list.addObject()
                            .put("at", Untrusted.cut(fault.getInstanceLocation().toString()))
                            .put("rule", fault.getKeyword()));
            return Outcome.refused(answer, "Correct the arguments; the schema of the tool describes each of them.");
        }
        try {
            return deed.on(api, (ObjectNode) object);
        } catch (AgentApi.Unreachable e) {
            var answer = McpProtocol.MAPPER
                    .createObjectNode()
                    .put("code", "unreachable")
                    .put("detail", e.getMessage());
            return Outcome.refused(answer, "Call again later, with the same purchase_id.");
        }
    }
}
