package hedgerow.rls.expr;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// What an expression is worth: a value of SQL, or what can be said in its place.
public sealed interface Value {

    Value NULL = new Null();
    Value TRUE = new Bool(true);
    Value FALSE = new Bool(false);
    Value UNKNOWN = new Unknown();

    record Null() implements Value {}

    record Bool(boolean value) implements Value {}

    /// `smallint`, `integer`, `bigint`, `oid`.
    record Int(long value) implements Value {}

    record Decimal(BigDecimal value) implements Value {}

    /// `text`, `varchar`, `char(n)`, `name`, `citext`.
    record Text(String value) implements Value {}

    record Uuid(UUID value) implements Value {}

    /// `json`, `jsonb`.
    record Json(JsonNode value) implements Value {}

    /// One dimension.
    record Array(List<Value> elements) implements Value {}

    /// It depends on what is not known here: any value, NULL, or an error.
    record Unknown() implements Value {}

    /// The server would raise an error.
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

    /// Only then does a policy admit a row, whatever is unknown.
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
