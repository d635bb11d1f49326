package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reports a policy that trusts a table which no policy protects and which the application may write.
final class PolicyReadsWritableTable implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.readings()
                .filter(reading -> reading.read().isTable() && !reading.read().rowSecurity())
                .flatMap(reading -> writer(analysis, reading).stream()
                        .map(how -> Hits.hit(
                                reading.object(),
                                "it trusts %s, which has no row security and which %s"
                                        .formatted(reading.read().quoted(), how),
                                analysis.exposed(reading.by(), reading.policy())))));
    }

    private static Optional<String> writer(Analysis analysis, Readings.Reading reading) {
        return Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                .flatMap(command -> analysis.subjects.may(reading.read(), command).stream()
                        .filter(role ->
                                !analysis.catalog.role(role).map(Role::isExempt).orElse(true))
                        .flatMap(role -> analysis.catalog.role(role).stream())
                        .map(role -> "role %s may %s".formatted(role.quoted(), Hits.lower(command.name())))
                        .sorted())
                .findFirst();
    }
}
