package hedgerow.server.http;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.networknt.schema.Error;
import hedgerow.server.http.Problem.Fault;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Reports the faults of a body, at the fields that the caller has to change.
///
/// A validator reports every branch of a `oneOf` that does not match. Here the branch that the caller began is the one
/// that counts: the fields that it lacks are faults, and so are the fields that do not go with it. The branches are in
/// a `then`, because generators of clients make a class of each `oneOf` beside properties, without the properties.
final class Faults {

    private static final String BRANCH = "/oneOf";
    private static final String SURPLUS = "cannot be combined with the other fields; leave it out";

    private Faults() {}

    /// The faults of a body.
    ///
    /// @param schema of the body, without references
    static Stream<Fault> of(List<Error> errors, JsonNode schema, JsonNode body) {
        var branches = schema.path("then").path("oneOf");
        var simple = errors.stream()
                .filter(error -> branches.isMissingNode() || !isOfBranch(error))
                .map(error -> new Fault(place(error), message(error)));
        return errors.stream().anyMatch(Faults::isOfBranch) && body.isObject() && !branches.isMissingNode()
                ? Stream.concat(simple, alternatives(branches.valueStream().toList(), body))
                        .distinct()
                : simple;
    }

    /// The message of a fault, in our own words where the validator's do not help.
    static String message(Error error) {
        return switch (error.getKeyword()) {
            case "format" -> codeList(error).map(CodeList::message).orElseGet(error::getMessage);
            case "type" -> isExclusion(error) ? SURPLUS : error.getMessage();
            default -> error.getMessage();
        };
    }

    private static Optional<CodeList> codeList(Error error) {
        var format = error.getSchemaNode().asString("");
        return CodeList.ALL.stream()
                .filter(list -> list.getName().equals(format))
                .findFirst();
    }

    /// Whether a rule of the document allows only null: the field belongs to another kind.
    private static boolean isExclusion(Error error) {
        return error.getSchemaNode().asString("").equals("null");
    }

    /// The place of a fault: the missing or surplus property itself, not the object around it.
    private static String place(Error error) {
        var at = error.getInstanceLocation().toString();
        return error.getProperty() == null ? at : at + "/" + error.getProperty();
    }

    private static boolean isOfBranch(Error error) {
        return error.getEvaluationPath().toString().contains(BRANCH)
                && error.getInstanceLocation().getNameCount() <= 1;
    }

    // --- alternatives --------------------------------------------------------------------------------------------

    private static Stream<Fault> alternatives(List<JsonNode> branches, JsonNode body) {
        var given = body.propertyStream()
                .filter(field -> !field.getValue().isNull())
                .map(field -> field.getKey())
                .collect(toCollection(LinkedHashSet::new));
        var begun = branches.stream()
                .filter(branch -> required(branch).anyMatch(given::contains))
                .max(Comparator.comparing(
                                (JsonNode branch) -> missing(branch, given).count() == 0)
                        .thenComparing(branch ->
                                required(branch).filter(given::contains).count()));
        return begun.map(branch -> of(branch, given)).orElseGet(() -> Stream.of(nothing(branches)));
    }

    private static Stream<Fault> of(JsonNode branch, Set<String> given) {
        var begun = required(branch).filter(given::contains).collect(joining(" and "));
        return Stream.concat(
                missing(branch, given).map(name -> new Fault("/" + name, "is required together with " + begun)),
                excluded(branch)
                        .filter(given::contains)
                        .map(name ->
                                new Fault("/" + name, "cannot be combined with %s; leave it out".formatted(begun))));
    }

    private static Fault nothing(List<JsonNode> branches) {
        var choices = branches.stream()
                .map(branch -> required(branch).collect(joining(" with ")))
                .collect(joining("; "));
        return new Fault("", "one of these is required: " + choices);
    }

    private static Stream<String> required(JsonNode branch) {
        return branch.path("required").valueStream().map(JsonNode::asString);
    }

    private static Stream<String> missing(JsonNode branch, Set<String> given) {
        return required(branch).filter(name -> !given.contains(name));
    }

    private static Stream<String> excluded(JsonNode branch) {
        return branch.path("properties")
                .propertyStream()
                .filter(property ->
                        property.getValue().path("type").asString("").equals("null"))
                .map(property -> property.getKey());
    }
}
