package hedgerow.rls.prove;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.RewriteRule;
import hedgerow.rls.logic.Model;
import java.util.ArrayList;
import java.util.List;

/// What CREATE RULE adds to a statement. It runs as the owner of the table, and is not modelled.
record Rules(Model model) {

    List<Question> questions(long role) {
        var questions = new ArrayList<Question>();
        for (var relation : model.catalog().relationsIn(model.settings().schemas())) {
            relation.rules().stream()
                    .filter(rule -> rule.enabled() && rule.event() != RewriteRule.Event.SELECT)
                    .filter(rule -> model.gates().may(role, relation, command(rule)))
                    .forEach(rule -> {
                        questions.add(unknown(Claim.WRITES_STAY_HOME, relation, rule, role));
                        questions.add(unknown(Claim.UNBOUND_SEES_NOTHING, relation, rule, role));
                    });
        }
        return questions;
    }

    private static Command command(RewriteRule rule) {
        return switch (rule.event()) {
            case UPDATE -> Command.UPDATE;
            case INSERT -> Command.INSERT;
            case DELETE -> Command.DELETE;
            case SELECT -> Command.SELECT;
        };
    }

    private Question unknown(Claim claim, Relation relation, RewriteRule rule, long role) {
        var name = "rule %s on %s".formatted(rule.quoted(), relation.quoted());
        return Question.unknown(
                model, claim, role, name, Cell.Kind.RULE, command(rule).name(), name);
    }
}
