package hedgerow.rls.review;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Whoever checks a proof gets the same questions from every process: nothing in them comes in the order of a hash that
/// differs from one to the next, as that of [Set#of] does.
class QuestionsAreReproducibleTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String SCHEMA = """
        create role club_app login; create role club_clerk; create role club_guest; create role club_audit;
        grant club_clerk, club_guest, club_audit to club_app;
        create schema club;
        grant usage on schema club to club_app, club_clerk, club_guest, club_audit;
        create function club.person() returns uuid language sql stable
            return nullif(current_setting('club.person', true), '')::uuid;
        create table club.member (club_id uuid, person_id uuid, role text check (role in ('lead', 'player')),
            since timestamptz default now(), primary key (club_id, person_id));
        create table club.trip (club_id uuid not null, id int, title text check (title ~ '^[a-z]+$'),
            price numeric check (price > 0), primary key (club_id, id));
        create table club.seat (club_id uuid, trip_id int, number int, person_id uuid,
            primary key (club_id, trip_id, number), foreign key (club_id, trip_id) references club.trip);
        create table club.log (club_id uuid, what text);
        alter table club.member enable row level security;
        alter table club.trip enable row level security;
        alter table club.seat enable row level security;
        alter table club.log enable row level security;
        create policy own on club.member using (person_id = club.person());
        create policy played on club.trip using (exists (select from club.member m
            where m.club_id = trip.club_id and m.person_id = club.person()));
        create policy led on club.trip for update using (exists (select from club.member m
            where m.club_id = trip.club_id and m.person_id = club.person() and m.role = 'lead'));
        create policy seats on club.seat using (club_id in (select m.club_id from club.member m
            where m.person_id = club.person()));
        create policy logged on club.log using (club_id in (select m.club_id from club.member m
            where m.person_id = club.person()));
        grant select on all tables in schema club to club_app, club_clerk, club_guest, club_audit;
        grant insert, update, delete on club.trip, club.seat to club_clerk, club_app;
        create function club.noted() returns trigger language plpgsql security definer set search_path = pg_catalog
            as $$ begin insert into club.log values (new.club_id, new.title); return new; end $$;
        create trigger noted after insert on club.trip for each row execute function club.noted();
        create view club.trips with (security_invoker) as select * from club.trip;
        grant select, insert on club.trips to club_guest;
        create function club.price(wanted int) returns numeric language sql security definer
            set search_path = pg_catalog as $$ select price from club.trip where id = wanted and club_id in
            (select club_id from club.member
                where person_id = club.person()) $$;
        """;

    @Test
    void two_processes_ask_the_same(@TempDir Path folder) throws Exception {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
        var first = asked(folder.resolve("first"));
        var second = asked(folder.resolve("second"));
        assertThat(first).hasSizeGreaterThan(30).isEqualTo(second);
    }

    private static TreeMap<String, String> asked(Path folder) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Asking.class.getName(),
                        DATABASE.adminUrl().jdbc(),
                        Files.createDirectory(folder).toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        var texts = new TreeMap<String, String>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }

    /// A process of its own.
    static final class Asking {

        private Asking() {}

        /// Writes the questions of one process.
        ///
        /// @param arguments where the database is, and a folder for the questions
        public static void main(String[] arguments) throws SQLException {
            try (var connection = DriverManager.getConnection(arguments[0])) {
                connection.setAutoCommit(false);
                var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
                var defaults = ProveOptions.DEFAULTS;
                var options = new ProveOptions(
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        defaults.timeout(),
                        defaults.explain(),
                        Optional.of(Path.of(List.of(arguments).getLast())));
                Prover.prove(connection, Catalog.read(connection), settings, options, Optional.of(connection), _ -> {});
            }
        }
    }
}
