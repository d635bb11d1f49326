package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `sql/uninstall.sql` restores the state before the installation, and drops nothing else that nobody
/// mentioned.
///
/// Each test gets a server of its own, because roles belong to the server.
class UninstallTest {

    private EmbeddedPostgres server;
    private DatabaseUrl admin;

    @BeforeEach
    void start() {
        server = EmbeddedPostgres.ephemeral(0, line -> {});
        admin = server.url("postgres", EmbeddedPostgres.SUPERUSER);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void it_leaves_the_catalog_that_was_there_before(Mode mode) {
        var before = Catalog.objects(admin);
        Psql.install(admin, mode);
        assertThat(uninstall()).contains("uninstalled");
        Catalog.assertSame(Catalog.objects(admin), before);
        new Migrations(admin).migrate(Optional.of(mode), line -> {});
        assertThat(uninstall()).contains("uninstalled");
        Catalog.assertSame(Catalog.objects(admin), before);
    }

    @Test
    void the_owner_of_a_database_uninstalls_without_being_a_superuser() throws SQLException {
        execute("create role installer login createrole password 'installer'");
        execute("create database shop owner installer");
        var shop = admin.withDatabase("shop");
        var before = Catalog.objects(shop);
        var owner = shop.withUser("installer", Optional.of("installer"));
        Psql.install(owner, Mode.SEALED);
        assertThat(Psql.run(owner, Path.of("uninstall.sql")).output()).contains("uninstalled");
        Catalog.assertSame(Catalog.objects(shop), before);
    }

    @Test
    void without_an_installation_it_changes_nothing() {
        var before = Catalog.objects(admin);
        assertThat(uninstall()).contains("uninstalled");
        Catalog.assertSame(Catalog.objects(admin), before);
    }

    @Test
    void it_asks_before_it_drops_the_data_of_tenants() {
        var before = Catalog.objects(admin);
        Psql.install(admin, Mode.PLAIN);
        var installed = Catalog.objects(admin);
        new Migrations(admin).seed();
        assertThat(uninstall()).contains("this database holds the data of 3 tenants", "-v cascade=yes");
        Catalog.assertSame(Catalog.objects(admin), installed);
        assertThat(uninstall("cascade=yes")).contains("uninstalled");
        Catalog.assertSame(Catalog.objects(admin), before);
    }

    @Test
    void it_names_the_objects_that_it_would_drop() throws SQLException {
        Psql.install(admin, Mode.SEALED);
        execute("""
            create table app.extra (id int);
            create view public.customers as select id from app.customer;
            create table public.note (organization_id uuid references app.organization,
                                      id uuid default app.uuidv7());
            alter table public.note enable row level security;
            create policy own on public.note using (organization_id = app.organization_id());
            create trigger kept before update on public.note for each row execute function app_private.touch();
            create function public.one() returns app.customer language sql as 'select null::app.customer';
            """);
        var installed = Catalog.objects(admin);
        assertThat(uninstall())
                .contains(
                        "objects that are not part of Hedgerow would be dropped too",
                        "table app.extra\n",
                        "rule _RETURN on view customers\n",
                        "constraint note_organization_id_fkey on table note\n",
                        "default value for column id of table note\n",
                        "policy own on table note\n",
                        "trigger kept on table note\n",
                        "function one()\n")
                .doesNotContain("table app.customer", "function app.bind");
        Catalog.assertSame(Catalog.objects(admin), installed);
        assertThat(uninstall("cascade=yes")).contains("uninstalled");
        assertThat(Catalog.strings(admin, "select relname from pg_class where relnamespace = 'public'::regnamespace"))
                .containsExactly("note");
    }

    @Test
    void another_database_of_the_server_keeps_its_roles_and_rights() throws SQLException {
        execute("create database other");
        var other = admin.withDatabase("other");
        Psql.install(other, Mode.SEALED);
        var before = Catalog.objects(other);
        assertThat(before).anyMatch(line -> line.startsWith("parameter: backtrace_functions: hedgerow_auth=SET"));
        Psql.install(admin, Mode.SEALED);
        assertThat(uninstall()).contains("role hedgerow_app stays", "uninstalled");
        Catalog.assertSame(Catalog.objects(other), before);
    }

    @Test
    void the_notes_of_another_changelog_stay() throws SQLException {
        Psql.install(admin, Mode.PLAIN);
        execute("insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype)"
                + " values ('1', 'shop', 'shop/1.sql', now(), 1000, 'EXECUTED')");
        assertThat(uninstall()).contains("uninstalled");
        assertThat(Catalog.strings(admin, "select filename from databasechangelog"))
                .containsExactly("shop/1.sql");
    }

    private String uninstall(String... variables) {
        return Psql.run(admin, Path.of("uninstall.sql"), variables).output();
    }

    private void execute(String sql) throws SQLException {
        try (var connection = admin.withParameter("preferQueryMode", "simple").connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
