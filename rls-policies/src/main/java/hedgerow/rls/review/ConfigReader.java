package hedgerow.rls.review;

import hedgerow.rls.review.Config.Acceptance;
import hedgerow.rls.review.Config.Examination;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads `hedgerow.yaml`, and reports all its faults at once, by line.
final class ConfigReader {

    private static final long LARGEST = 1 << 20;
    private static final Set<String> KEYS = Set.of(
            "schemas",
            "ignored_schemas",
            "tenant_columns",
            "tenant_variables",
            "shared_tables",
            "login_roles",
            "accepted",
            "examined",
            "production");
    private static final Set<String> EXAMINATION = Set.of("object", "reason");
    private static final Set<String> ACCEPTANCE = Set.of("rule", "object", "reason", "expires");
    private static final Set<String> TYPES =
            Set.of("text", "uuid", "smallint", "integer", "bigint", "numeric", "boolean", "json", "jsonb");

    private final Path file;
    private final RuleCatalog rules;
    private final List<String> problems = new ArrayList<>();

    ConfigReader(Path file, RuleCatalog rules) {
        this.file = file;
        this.rules = rules;
    }

    Config read() {
        var top = root().map(node -> mapping(node, KEYS)).orElse(Map.of());
        var config = new Config(
                Optional.of(file),
                texts(top, "schemas"),
                texts(top, "ignored_schemas"),
                texts(top, "tenant_columns"),
                variables(top.get("tenant_variables")),
                texts(top, "shared_tables"),
                texts(top, "login_roles"),
                List.of(),
                list(top, "accepted", this::acceptance),
                list(top, "examined", this::examination),
                flag(top, "production"));
        if (!problems.isEmpty()) {
            throw new ConfigProblem(problems);
        }
        return config;
    }

    private Optional<Node> root() {
        try {
            if (Files.size(file) > LARGEST) {
                throw new ConfigProblem(List.of(file + ": is larger than 1 MB"));
            }
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            return new Compose(settings).composeString(Files.readString(file));
        } catch (MarkedYamlEngineException e) {
            var line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new ConfigProblem(List.of("%s:%d: %s".formatted(file, line, e.getProblem())));
        } catch (YamlEngineException e) {
            throw new ConfigProblem(List.of("%s: is not valid YAML: %s".formatted(file, e.getMessage())));
        } catch (NoSuchFileException e) {
            throw new ConfigProblem(List.of("%s: there is no such file".formatted(file)));
        } catch (CharacterCodingException e) {
            throw new ConfigProblem(List.of("%s: cannot be read as UTF-8 text".formatted(file)));
        } catch (IOException e) {
            throw new ConfigProblem(List.of("%s: cannot be read: %s".formatted(file, e.getMessage())));
        }
    }

    private Map<String, String> variables(Node node) {
        var variables = new LinkedHashMap<String, String>();
        if (node == null) {
            return variables;
        }
        mapping(node, Set.of()).forEach((name, value) -> {
            var type = text(value);
            if (!TYPES.contains(type)) {
                complain(value, "%s has an unknown type; the types are %s".formatted(name, sorted(TYPES)));
            }
            variables.put(name, type);
        });
        return variables;
    }

    private Acceptance acceptance(Node node) {
        var keys = mapping(node, ACCEPTANCE);
        require(node, keys, "an accepted finding", List.of("rule", "object", "reason"));
        var rule = keys.containsKey("rule") ? text(keys.get("rule")) : "";
        if (keys.containsKey("rule") && rules.page(rule).isEmpty() && !AcceptedProofs.isRule(rule)) {
            complain(keys.get("rule"), "there is no rule " + rule);
        }
        return new Acceptance(
                rule,
                keys.containsKey("object") ? text(keys.get("object")) : "",
                keys.containsKey("reason") ? text(keys.get("reason")) : "",
                Optional.ofNullable(keys.get("expires")).flatMap(this::date),
                OptionalInt.of(line(node)));
    }

    private Examination examination(Node node) {
        var keys = mapping(node, EXAMINATION);
        require(node, keys, "an examined object", List.of("object", "reason"));
        return new Examination(
                keys.containsKey("object") ? text(keys.get("object")) : "",
                keys.containsKey("reason") ? text(keys.get("reason")) : "",
                OptionalInt.of(line(node)));
    }

    private void require(Node node, Map<String, Node> keys, String what, List<String> needed) {
        needed.stream()
                .filter(key -> !keys.containsKey(key))
                .forEach(key -> complain(node, "%s needs its %s".formatted(what, key)));
    }

    private Optional<LocalDate> date(Node node) {
        try {
            return Optional.of(LocalDate.parse(text(node)));
        } catch (DateTimeParseException e) {
            complain(node, "expires must be a day, such as 2027-01-31");
            return Optional.empty();
        }
    }

    // --- nodes ---------------------------------------------------------------------------------------------------

    /// The entries of a mapping.
    ///
    /// @param known keys; any if empty
    private Map<String, Node> mapping(Node node, Set<String> known) {
        if (!(node instanceof MappingNode mapping)) {
            complain(node, known.isEmpty() ? "must map names to types" : "must have keys, of " + sorted(known));
            return Map.of();
        }
        var entries = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            var key = text(tuple.getKeyNode());
            if (!known.isEmpty() && !known.contains(key)) {
                complain(tuple.getKeyNode(), "unknown key %s; the keys are %s".formatted(key, sorted(known)));
            } else if (entries.put(key, tuple.getValueNode()) != null) {
                complain(tuple.getKeyNode(), key + " is given twice");
            }
        }
        return entries;
    }

    private List<String> texts(Map<String, Node> top, String key) {
        return list(top, key, this::text);
    }

    private boolean flag(Map<String, Node> top, String key) {
        var node = top.get(key);
        if (node == null) {
            return false;
        }
        if (!(node instanceof ScalarNode scalar) || !Set.of("true", "false").contains(scalar.getValue())) {
            complain(node, key + " must be true or false");
            return true;
        }
        return scalar.getValue().equals("true");
    }

    private <T> List<T> list(Map<String, Node> top, String key, Function<Node, T> reading) {
        return switch (top.get(key)) {
            case null -> List.of();
            case SequenceNode sequence ->
                sequence.getValue().stream().map(reading).toList();
            case Node other -> {
                complain(other, key + " must be a list, such as [a, b]");
                yield List.of();
            }
        };
    }

    private String text(Node node) {
        if (node instanceof ScalarNode scalar
                && !scalar.getTag().equals(Tag.NULL)
                && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        complain(node, "must be a text");
        return "";
    }

    private void complain(Node node, String problem) {
        problems.add("%s:%d: %s".formatted(file, line(node), problem));
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }
}
