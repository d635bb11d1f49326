package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Verdicts that the corpus does not reach.
class ProverTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String CLUB = """
        create role club_owner nologin;
        create role club_app login;
        create schema club authorization club_owner;
        grant usage on schema club to club_app;
        set local role club_owner;
        create function club.person() returns uuid stable
            return nullif(current_setting('club.person', true), '')::uuid;
        create table club.member (club_id uuid not null, person_id uuid not null, primary key (club_id, person_id));
        create table club.diary (club_id uuid not null, id uuid not null, entry text, primary key (club_id, id));
        create table club.contact (club_id uuid not null, id uuid not null, phone text, primary key (club_id, id));
        alter table club.member enable row level security;
        alter table club.member force row level security;
        alter table club.diary enable row level security;
        alter table club.diary force row level security;
        create policy self on club.member for select using (person_id = (select club.person()));
        create policy members on club.diary
            using (club_id in (select m.club_id from club.member m where m.person_id = (select club.person())));
        grant select on club.member, club.diary to club_app;
        """;

    private static final String PHONES = """
        create function club.phones() returns setof text stable security definer language sql
            set search_path = pg_catalog, pg_temp as 'select phone from club.contact';
        """;

    @Test
    void a_function_that_shows_a_private_table_proves_nothing() throws SQLException {
        assertThat(cells(CLUB + PHONES + "reset role", ProveOptions.DEFAULTS))
                .filteredOn(cell -> cell.kind() == Cell.Kind.FUNCTION && cell.claim() == Claim.DISJOINT_READS)
                .isNotEmpty()
                .noneMatch(cell -> cell.verdict() instanceof Verdict.Proved);
    }

    @Test
    void a_proof_names_what_it_rests_on() throws SQLException {
        var explained = new ProveOptions(
                Set.of(Claim.DISJOINT_READS),
                Set.of(),
                Set.of("club.diary"),
                Duration.ofSeconds(5),
                true,
                Optional.empty());
        assertThat(cells(CLUB + "reset role", explained))
                .singleElement()
                .extracting(Cell::verdict)
                .isInstanceOfSatisfying(
                        Verdict.Proved.class,
                        proved -> assertThat(proved.core())
                                .contains("policy members on club.diary", "assumption: no tenant in common"));
    }

    private static List<Cell> cells(String script, ProveOptions options) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(script);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            return Prover.prove(
                            connection, Catalog.read(connection), settings, options, Optional.of(connection), _ -> {})
                    .cells();
        }
    }
}
