package hedgerow.server.http;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.webhook.OutboxEventMapper;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Creates events, whose payload is the row as the API shows it.
public final class EventWriter {

    private final JsonMapper mapper;

    public EventWriter(Limits limits) {
        this(ApiJson.mapper(limits));
    }

    EventWriter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /// A new event about a row.
    ///
    /// @param object the name of the row in responses: `payment_order`
    /// @param what the change of the row: `expired`
    public OutboxEventMapper.New event(String object, String what, Row row) {
        return event(object, what, row.id(), tree(object, (Record) row));
    }

    /// New events of one kind, each about a row, as lists of `type`, `subject_type`, `subject_id`, `payload`.
    public Json events(String object, String what, List<? extends Row> rows) {
        var events = mapper.createArrayNode();
        for (var row : rows) {
            events.addObject()
                    .put("type", object + "." + what)
                    .put("subject_type", object)
                    .put("subject_id", row.id().toString())
                    .set("payload", tree(object, (Record) row));
        }
        return new Json(events.toString());
    }

    static OutboxEventMapper.New event(String object, String what, UUID id, ObjectNode row) {
        return new OutboxEventMapper.New(object + "." + what, object, id, new Json(row.toString()));
    }

    ObjectNode tree(String object, Record row) {
        var tree = mapper.createObjectNode().put("object", object);
        tree.setAll((ObjectNode) mapper.valueToTree(row));
        return tree;
    }
}
