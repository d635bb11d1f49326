package hedgerow.rls.prove;

import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Writes the story of a leak.
final class Story {

    private static final int MOST_ROWS = 6;

    private final Model model;
    private final Question question;
    private final Scene scene;

    Story(Model model, Question question, Scene scene) {
        this.model = model;
        this.question = question;
        this.scene = scene;
    }

    Leak leak(Optional<String> unseen, Cause cause) {
        return new Leak(
                question.leak(),
                unseen.isEmpty(),
                unseen.orElse(""),
                cause.object(),
                cause.leaks(),
                lines(model, question, scene, outcome()),
                scene.script(outcome()));
    }

    /// The story.
    ///
    /// @param outcome the result of the statement
    static List<String> lines(Model model, Question question, Scene scene, String outcome) {
        var lines = new ArrayList<String>();
        scene.rows().stream().limit(MOST_ROWS).forEach(row -> lines.add("there is " + row(row)));
        if (scene.rows().size() > MOST_ROWS) {
            lines.add("and %d rows more".formatted(scene.rows().size() - MOST_ROWS));
        }
        lines.add("as %s, %s".formatted(role(model, question, scene), session(scene)));
        scene.first().ifPresent(lines::add);
        lines.add(scene.statement());
        lines.add(outcome);
        return List.copyOf(lines);
    }

    private static String row(Scene.Placed row) {
        return "%s (%s)"
                .formatted(
                        row.table().quoted(),
                        row.values().entrySet().stream()
                                .map(value -> "%s %s".formatted(value.getKey(), value.getValue()))
                                .collect(Collectors.joining(", ")));
    }

    private static String role(Model model, Question question, Scene scene) {
        var role = model.catalog().role(question.role()).map(Role::quoted).orElse("?");
        return scene.login()
                .map(login -> "%s, which has become %s".formatted(login, role))
                .orElse(role);
    }

    private static String session(Scene scene) {
        return scene.settings().isEmpty()
                ? "with nothing set"
                : scene.settings().entrySet().stream()
                        .map(setting -> "%s = '%s'".formatted(setting.getKey(), setting.getValue()))
                        .collect(Collectors.joining(", ", "with ", ""));
    }

    private String outcome() {
        return switch (question.claim()) {
            case DISJOINT_READS -> "shows a row that is not its own";
            case WRITES_STAY_HOME -> "makes, changes or deletes a row that is not its own";
            case UNBOUND_SEES_NOTHING -> "reads or writes a row without an identity";
            case MEMBERSHIP_EARNED -> "makes it a member of a tenant that it was a stranger to, or raises its rank";
            case REFERENCES_STAY_HOME -> "refers to a row that is not its own";
        };
    }
}
