package hedgerow.rls.prove;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Questions about foreign tables: no policy can apply to one, and another server decides which rows it
/// returns.
record ForeignTables(Model model) {

    List<Question> questions(long role) {
        var questions = new ArrayList<Question>();
        for (var table : model.catalog().relationsIn(model.settings().schemas())) {
            if (table.kind() == Relation.Kind.FOREIGN_TABLE
                    && table.extension().isEmpty()
                    && !model.settings().sharedTables().contains(table.oid())) {
                Stream.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
                        .filter(command -> model.gates().may(role, table, command))
                        .forEach(command -> questions.addAll(questions(table, command, role)));
            }
        }
        return questions;
    }

    private List<Question> questions(Relation table, Command command, long role) {
        var reach = command == Command.SELECT ? Claim.DISJOINT_READS : Claim.WRITES_STAY_HOME;
        var why = "%s is a foreign table, which no policy can protect".formatted(table.quoted());
        return Stream.of(reach, Claim.UNBOUND_SEES_NOTHING)
                .map(claim -> Question.unknown(
                        model, claim, role, table.quoted(), Cell.Kind.FOREIGN_TABLE, command.name(), why))
                .toList();
    }
}
