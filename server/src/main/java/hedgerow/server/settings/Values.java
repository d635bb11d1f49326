package hedgerow.server.settings;

import hedgerow.sql.DatabaseUrl;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Converts the values of settings, in YAML or one line of text, into the types of the records.
///
/// Messages never repeat the value, which may be a secret.
final class Values {

    private static final YAMLMapper MAPPER = mapper();

    private Values() {}

    private static YAMLMapper mapper() {
        var factory = YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        var mapper = YAMLMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .addModule(new SimpleModule()
                        .addDeserializer(DatabaseUrl.class, new OfText<>(Values::database))
                        .addDeserializer(Duration.class, new OfText<>(Values::duration))
                        .addDeserializer(HexKey.class, new OfText<>(HexKey::parse))
                        .addDeserializer(URI.class, new OfText<>(Values::uri)));
        Stream.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)
                .forEach(shape -> mapper.withCoercionConfig(
                        LogicalType.Textual, config -> config.setCoercion(shape, CoercionAction.Fail)));
        return mapper.build();
    }

    /// Reads a whole file.
    ///
    /// @throws IllegalArgumentException if it holds no settings; its message quotes nothing of the file
    static Map<String, JsonNode> file(String yaml) {
        try {
            var tree = MAPPER.readTree(yaml);
            if (tree.isMissingNode() || tree.isNull()) {
                return Map.of();
            } else if (tree.isObject()) {
                return tree.properties().stream()
                        .filter(property -> !property.getValue().isNull())
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, LinkedHashMap::new));
            }
        } catch (JacksonException e) {
            var place = e.getLocation();
            throw new IllegalArgumentException(
                    place == null
                            ? "is not valid YAML"
                            : "is not valid YAML, or names something twice, near line %d, column %d"
                                    .formatted(place.getLineNr(), place.getColumnNr()),
                    e);
        }
        throw new IllegalArgumentException("must hold settings, one `name: value` per line");
    }

    /// Reads the text of a variable, a flag or a file of its own.
    static JsonNode text(SettingCatalog.Entry entry, String text) {
        var nodes = JsonNodeFactory.instance;
        if (entry.isMany() && text.matches("(?s)[\\[{-].*")) {
            return MAPPER.readTree(text);
        } else if (entry.rawType() == Map.class) {
            var map = nodes.objectNode();
            parts(text).map(part -> part.split("=", 2)).forEach(pair -> {
                if (pair.length < 2) {
                    throw new IllegalArgumentException(
                            "must be like " + entry.setting().example());
                }
                map.put(pair[0].strip(), pair[1].strip());
            });
            return map;
        } else if (entry.isMany()) {
            var list = nodes.arrayNode();
            parts(text).forEach(list::add);
            return list;
        } else if (entry.isFlag() && text.matches("true|false")) {
            return nodes.booleanNode(text.equals("true"));
        } else if (entry.rawType() == int.class && text.matches("-?[0-9]{1,18}")) {
            return nodes.numberNode(Long.parseLong(text));
        }
        return nodes.stringNode(text);
    }

    private static Stream<String> parts(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    /// Converts a value.
    ///
    /// @throws IllegalArgumentException if it is wrong; its message completes "pool-size ..."
    static Object convert(SettingCatalog.Entry entry, JsonNode node) {
        try {
            var value = MAPPER.treeToValue(node, MAPPER.constructType(entry.type()));
            check(entry, value);
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(reason(entry, e), e);
        }
    }

    private static void check(SettingCatalog.Entry entry, Object value) {
        var setting = entry.setting();
        var wrong = value instanceof Integer number && (number < setting.least() || number > setting.most())
                || value instanceof Duration time && !time.isPositive()
                || value instanceof String text && text.isBlank();
        if (wrong) {
            throw new IllegalArgumentException("must be " + entry.form());
        }
        further(setting.check(), value);
    }

    @SuppressWarnings("unchecked") // the annotation is on a component of the type that its check accepts
    private static void further(Class<? extends Check<?>> type, Object value) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            ((Check<Object>) constructor.newInstance()).check(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The reason why a value is refused, and its place.
    private static String reason(SettingCatalog.Entry entry, JacksonException failure) {
        var place = failure.getPath().isEmpty() ? "" : ", at `%s`".formatted(place(failure));
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass() == IllegalArgumentException.class) { // not a subclass, which would quote the value
                return cause.getMessage() + place;
            }
        }
        return switch (failure) {
            case UnrecognizedPropertyException e ->
                "has an unknown field%s; the fields are %s".formatted(place, sorted(e.getKnownPropertyIds().stream()));
            case InvalidFormatException e
            when e.getTargetType().isEnum() ->
                "must name one of %s%s"
                        .formatted(sorted(Stream.of(e.getTargetType().getEnumConstants())), place);
            default -> "must be " + entry.form() + place;
        };
    }

    private static List<String> sorted(Stream<?> names) {
        return names.map(String::valueOf).sorted().toList();
    }

    private static String place(JacksonException failure) {
        var place = new StringBuilder();
        failure.getPath().forEach(step -> {
            if (step.getPropertyName() == null) {
                place.append('[').append(step.getIndex()).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        });
        return place.toString();
    }

    private static DatabaseUrl database(String text) {
        try {
            return DatabaseUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a database URL: " + e.getMessage(), e);
        }
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text.startsWith("P") ? text : "PT" + text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("must be a duration such as 30s, 5m or 12h", e);
        }
    }

    /// Parses a URI; the usual message would quote an address that may contain a key.
    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be an address such as https://app.example");
        }
    }

    /// Reads a type that is written as text.
    private static final class OfText<T> extends ValueDeserializer<T> {

        private final Function<String, T> parser;

        private OfText(Function<String, T> parser) {
            this.parser = parser;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) {
            return in.currentToken() == JsonToken.VALUE_STRING
                    ? parser.apply(in.getString())
                    : context.reportInputMismatch(this, "no text");
        }
    }

    /// The value as YAML on one line, which JSON is.
    static String line(JsonNode node) {
        return node instanceof StringNode text && text.stringValue().matches("[A-Za-z0-9_./-]+")
                ? text.stringValue()
                : node.toString();
    }
}
