package hedgerow.rls.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LiveStageTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    @TempDir
    private Path folder;

    @Test
    void nothing_forbids_it_to_a_superuser_of_a_server_of_its_own() throws SQLException {
        try (var connection = DATABASE.admin()) {
            assertThat(LiveStage.hindrances(connection, List.of(0L, 10L))).isEmpty();
        }
    }

    @Test
    void a_role_that_policies_bind_or_that_may_not_become_the_others_is_refused() throws SQLException {
        try (var admin = DATABASE.admin()) {
            execute(admin, "create role live_bound login password 'x'; create role live_other");
            try (var bound = as("live_bound")) {
                var other = role(admin, "live_other");
                assertThat(LiveStage.hindrances(bound, List.of(other, 0L)))
                        .containsExactly(
                                "role live_bound is bound by row security: it is not a superuser and lacks BYPASSRLS",
                                "role live_bound may not SET ROLE to live_other");
                execute(admin, "alter role live_bound bypassrls; grant live_other to live_bound");
                assertThat(LiveStage.hindrances(bound, List.of(other, 0L))).isEmpty();
            } finally {
                execute(admin, "drop role live_bound, live_other");
            }
        }
    }

    @Test
    void a_server_whose_changes_others_receive_is_refused() throws SQLException {
        try (var admin = DATABASE.admin()) {
            execute(admin, "select pg_create_physical_replication_slot('live_slot')");
            try (var _ = DATABASE.adminUrl()
                    .withParameter("replication", "true")
                    .withParameter("assumeMinServerVersion", "15")
                    .withParameter("preferQueryMode", "simple")
                    .connect()) {
                assertThat(LiveStage.hindrances(admin, List.of()))
                        .containsExactly(
                                "replication slots (1) depend on this server",
                                "standbys or subscribers (1) receive its changes");
            } finally {
                execute(admin, "select pg_drop_replication_slot('live_slot')");
            }
        }
    }

    @Test
    void a_database_that_subscribes_to_others_is_refused() throws SQLException {
        try (var admin = DATABASE.admin()) {
            execute(
                    admin,
                    "create subscription live_news connection 'host=127.0.0.1' publication p"
                            + " with (connect = false, enabled = false, slot_name = none)");
            try {
                assertThat(LiveStage.hindrances(admin, List.of()))
                        .containsExactly("the database has subscriptions (1)");
            } finally {
                execute(admin, "drop subscription live_news");
            }
        }
    }

    @Test
    void triggers_in_untrusted_languages_are_refused() throws SQLException {
        try (var admin = DATABASE.admin()) {
            admin.setAutoCommit(false);
            execute(admin, """
                create table live_watched (id int, at timestamptz);
                create extension moddatetime;
                create trigger known before update on live_watched for each row execute function moddatetime('at');
                create function live_native() returns trigger
                    language c as '$libdir/plpgsql', 'plpgsql_call_handler';
                create trigger unknown before insert on live_watched for each row execute function live_native();
                """);
            assertThat(LiveStage.hindrances(admin, List.of()))
                    .containsExactly("trigger unknown of public.live_watched runs code in c, which no rollback undoes");
            execute(admin, "alter table live_watched disable trigger unknown");
            assertThat(LiveStage.hindrances(admin, List.of())).isEmpty();
            admin.rollback();
        }
    }

    @Test
    void a_standby_is_refused() throws SQLException, IOException {
        var home = folder.resolve("standby");
        try (var _ = EmbeddedPostgres.open(DATABASE.major(), home, 0, _ -> {})) {
            // it creates the cluster
        }
        Files.createFile(home.resolve("cluster/standby.signal"));
        try (var standby = EmbeddedPostgres.open(DATABASE.major(), home, 0, _ -> {});
                var connection =
                        standby.url("postgres", EmbeddedPostgres.SUPERUSER).connect()) {
            assertThat(LiveStage.hindrances(connection, List.of())).contains("the server is a standby");
        }
    }

    @Test
    void the_session_keeps_nothing_and_cannot_commit_half_way() throws SQLException {
        try (var admin = DATABASE.admin()) {
            execute(admin, "create table live_kept (id int)");
            execute(
                    admin,
                    "create procedure live_commits() language plpgsql as"
                            + " $$ begin insert into live_kept values (1); commit; end $$");
            try (var stage = LiveStage.open(DATABASE.admin())) {
                execute(stage, "insert into live_kept values (2)");
                assertThatThrownBy(() -> execute(stage, "call live_commits()")).isInstanceOf(SQLException.class);
            }
            try (var rows = admin.createStatement().executeQuery("select count(*) from live_kept")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
            execute(admin, "drop procedure live_commits; drop table live_kept");
        }
    }

    private static Connection as(String role) throws SQLException {
        return DATABASE.adminUrl().withUser(role, Optional.of("x")).connect();
    }

    private static long role(Connection connection, String name) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select '%s'::regrole::oid::bigint".formatted(name))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
