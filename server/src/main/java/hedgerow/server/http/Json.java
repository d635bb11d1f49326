package hedgerow.server.http;

import java.math.BigInteger;
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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/// JSON as the API writes and reads it: `snake_case` names, RFC 3339 times, amounts on chains as decimal strings.
///
/// Strict when reading: no duplicate names, nothing after the end, nothing coerced, and no more depth or digits than
/// [Limits] allow.
final class Json {

    private Json() {}

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
                .addModule(new SimpleModule()
                        .addSerializer(BigInteger.class, ToStringSerializer.instance)
                        .addSerializer(hedgerow.mappers.Json.class, new DocumentWriter())
                        .addDeserializer(hedgerow.mappers.Json.class, new DocumentReader()))
                .build();
    }

    /// `paymentLinkId` as `payment_link_id`.
    static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /// A `jsonb` column, as the JSON that it is.
    private static final class DocumentWriter extends ValueSerializer<hedgerow.mappers.Json> {
        @Override
        public void serialize(hedgerow.mappers.Json document, JsonGenerator out, SerializationContext context) {
            out.writeRawValue(document.text());
        }
    }

    private static final class DocumentReader extends ValueDeserializer<hedgerow.mappers.Json> {
        @Override
        public hedgerow.mappers.Json deserialize(JsonParser in, DeserializationContext context) {
            return new hedgerow.mappers.Json(context.readTree(in).toString());
        }
    }
}
