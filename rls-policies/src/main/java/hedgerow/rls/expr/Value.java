package hedgerow.rls.expr;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// The value of an expression: a value of SQL, or the reason why there is none.
public sealed interface Value {

    Value NULL = new Null();
    Value TRUE = new Bool(true);
    Value FALSE = new Bool(false);
    Value UNKNOWN = new Unknown();

    record Null() implements Value {}

    record Bool(boolean value) implements Value {}

    /// A value of type `smallint`, `integer`, `bigint` or `oid`.
    record Int(long value) implements Value {}

    /// A number, or a time as the number of days from the present.
    record Decimal(BigDecimal value) implements Value {}

    /// A value of type `text`, `varchar`, `char(n)`, `name` or `citext`.
    record Text(String value) implements Value {}

    record Uuid(UUID value) implements Value {}

    /// A value of type `json` or `jsonb`.
    record Json(JsonNode value) implements Value {}

    /// An array of one dimension.
    record Array(List<Value> elements) implements Value {}

    /// An unknown result: any value, NULL, or an error.
    record Unknown() implements Value {}

    /// A server error.
    record Failed(String sqlState) implements Value {}

    static Value of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static Value of(String value) {
        return new Text(value);
    }

    static Value of(long value) {
        return new Int(value);
    }

    static Value of(UUID value) {
        return new Uuid(value);
    }

    /// Whether it is TRUE; only then does a policy admit a row, whatever is unknown.
    default boolean isTrue() {
        return equals(TRUE);
    }

    default boolean isNull() {
        return this instanceof Null;
    }

    default boolean isKnown() {
        return !(this instanceof Unknown) && !(this instanceof Failed);
    }
}
