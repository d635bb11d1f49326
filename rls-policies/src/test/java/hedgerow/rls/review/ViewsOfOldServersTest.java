package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Before version 16 a view's query names the view itself, as OLD and NEW, which it does not read.
class ViewsOfOldServersTest {

    private static final List<Integer> VERSIONS = EmbeddedPostgres.VERSIONS;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void views_mean_the_same_on_every_version(int version) throws Exception {
        var file = Files.writeString(folder.resolve("desk.sql"), """
            create role desk_app login;
            create schema desk;
            create table desk.bill (org uuid not null, id uuid primary key, total int);
            alter table desk.bill enable row level security;
            alter table desk.bill force row level security;
            create policy home on desk.bill to desk_app
                using (org = nullif(current_setting('app.org', true), '')::uuid);
            create view desk.own with (security_barrier) as
                select * from desk.bill where org = nullif(current_setting('app.org', true), '')::uuid;
            create view desk.every with (security_barrier) as select * from desk.bill where total > 0;
            create view desk.all_of_it with (security_barrier) as select * from desk.every;
            grant usage on schema desk to desk_app;
            grant select on desk.own, desk.all_of_it to desk_app;
            """);
        try (var loaded = LoadedDatabase.load(List.of(file), version, Optional.empty(), List.of(), _ -> {})) {
            var reviewed = new Reviewer(RuleCatalog.load(), Config.NONE, _ -> true)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE, Optional.of(loaded::stage));
            assertThat(reviewed.review().findings())
                    .filteredOn(finding -> finding.severity() != Severity.INFO)
                    .extracting(finding -> finding.severity() + " " + finding.object())
                    .containsExactlyInAnyOrder("ERROR desk.every", "ERROR desk.all_of_it");
            var proofs = Prover.prove(
                    loaded.connection(),
                    reviewed.catalog(),
                    reviewed.settings(),
                    ProveOptions.DEFAULTS,
                    Optional.of(loaded.stage()),
                    _ -> {});
            assertThat(proofs.cells())
                    .filteredOn(cell -> cell.kind() == Cell.Kind.VIEW)
                    .isNotEmpty()
                    .allSatisfy(cell -> assertThat(cell.verdict())
                            .isInstanceOf(
                                    cell.object().equals("desk.own") ? Verdict.Proved.class : Verdict.Refuted.class));
        }
    }
}
