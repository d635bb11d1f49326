package hedgerow.server.http;

import hedgerow.mappers.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/// The JSON of the API: `snake_case` names, RFC 3339 times, amounts on chains as decimal strings.
///
/// It is strict when reading: no duplicate names, nothing after the end, nothing coerced or rounded, and no
/// more depth or digits than [Limits] allow.
final class ApiJson {

    private ApiJson() {}

    static JsonMapper mapper(Limits limits) {
        var constraints = StreamReadConstraints.builder()
                .maxNestingDepth(limits.jsonDepth())
                .maxNumberLength(limits.numberLength())
                .maxStringLength(limits.bodyBytes())
                .maxNameLength(1_000)
                .build();
        var factory = JsonFactory.builder()
                .streamReadConstraints(constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .addModule(new SimpleModule()
                        .addSerializer(BigDecimal.class, new NumberWriter())
                        .addSerializer(BigInteger.class, ToStringSerializer.instance)
                        .addSerializer(Json.class, new DocumentWriter())
                        .addDeserializer(Json.class, new DocumentReader())
                        .addDeserializer(Instant.class, new TimeReader()))
                .build();
    }

    /// The name in snake case: `paymentLinkId` as `payment_link_id`.
    static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /// Writes a `numeric` column without the zeros that its type adds.
    private static final class NumberWriter extends ValueSerializer<BigDecimal> {
        @Override
        public void serialize(BigDecimal number, JsonGenerator out, SerializationContext context) {
            var plain = number.stripTrailingZeros();
            out.writeNumber(plain.scale() < 0 ? plain.setScale(0) : plain);
        }
    }

    /// Writes a `jsonb` column as JSON, not as text.
    private static final class DocumentWriter extends ValueSerializer<Json> {
        @Override
        public void serialize(Json document, JsonGenerator out, SerializationContext context) {
            out.writeRawValue(document.text());
        }
    }

    private static final class DocumentReader extends ValueDeserializer<Json> {
        @Override
        public Json deserialize(JsonParser in, DeserializationContext context) {
            return new Json(context.readTree(in).toString());
        }
    }

    /// Reads a time, to the microsecond, which is the precision of a column.
    private static final class TimeReader extends ValueDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) {
            var time = context.readValue(in, OffsetDateTime.class).toInstant();
            return time.equals(time.truncatedTo(ChronoUnit.MICROS))
                    ? time
                    : (Instant) context.handleWeirdStringValue(
                            Instant.class, in.getString(), "more precise than a microsecond");
        }
    }
}
