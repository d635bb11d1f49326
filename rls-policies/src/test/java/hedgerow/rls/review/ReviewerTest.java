package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The engine, with one rule that has existed from the beginning.
class ReviewerTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final RuleCatalog RULES = RuleCatalog.load();
    private static final String RULE = "rls-not-forced";

    private static final String SHOP = """
        create role reviewer_app login; create role reviewer_owner; create role reviewer_boss login superuser;
        create schema shop; create schema store;
        create table shop.open (tenant_id uuid, a int); create table shop.closed (tenant_id uuid, a int);
        create table shop.line (id int primary key, open uuid);
        create table store.other (tenant_id uuid, a int); create table store.country (tenant_id uuid, a int);
        alter table shop.open owner to reviewer_app; alter table shop.closed owner to reviewer_owner;
        alter table store.other owner to reviewer_app;
        alter table shop.open enable row level security; alter table shop.closed enable row level security;
        alter table store.other enable row level security;
        create policy p on shop.open using (tenant_id = current_setting('shop.tenant')::uuid);
        create policy p on shop.closed using (tenant_id = current_setting('shop.tenant')::uuid);
        """;

    private static final String CLEAN_UP = """
        drop schema shop cascade; drop schema store cascade;
        drop role reviewer_app, reviewer_owner, reviewer_boss;
        """;

    @BeforeAll
    static void makeShop() throws SQLException {
        admin(SHOP);
    }

    @AfterAll
    static void dropShop() throws SQLException {
        admin(CLEAN_UP);
    }

    @Test
    void exposure_decides_the_severity_and_the_order_is_stable() throws SQLException {
        var review = review(config(List.of("shop", "store"))).review();
        assertThat(review.findings())
                .extracting(finding -> finding.severity() + " " + finding.object())
                .containsExactly("ERROR shop.open", "ERROR store.other", "INFO shop.closed");
        assertThat(review.partial()).isFalse();
        assertThat(review.server()).startsWith("PostgreSQL " + DATABASE.major()).endsWith(", the shop");
    }

    @Test
    void only_schemas_under_review_are_reviewed() throws SQLException {
        var review = review(config(List.of("store"))).review();
        assertThat(review.findings()).extracting(Finding::object).containsExactly("store.other");
        assertThat(review.assumptions()).anyMatch(line -> line.equals("schemas: store (configured), with 2 tables"));
    }

    @Test
    void ignored_schemas_are_left_out() throws SQLException {
        var ignoring = new Config(
                Optional.empty(),
                List.of(),
                List.of("shop"),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        assertThat(review(ignoring).settings().schemas())
                .contains("app", "store")
                .doesNotContain("shop");
    }

    @Test
    void the_first_line_states_whether_the_connection_is_bound() throws SQLException {
        assertThat(review(Config.NONE).review().connection())
                .isEqualTo("connected as hedgerow_reviewer: row security binds this connection");
        try (var connection = DATABASE.admin()) {
            assertThat(review(connection, Config.NONE).review().connection())
                    .isEqualTo("connected as postgres, which is a superuser:"
                            + " row security does not bind this connection");
        }
    }

    @Test
    void roles_are_listed_with_the_reasons_that_bind_them() throws SQLException {
        var roles = review(Config.NONE).review().roles();
        assertThat(roles).extracting(ReviewedRole::name).isSorted();
        assertThat(roles)
                .filteredOn(role -> role.name().startsWith("reviewer_"))
                .extracting(role -> "%s %s %s".formatted(role.name(), role.bound(), role.why()))
                .containsExactly(
                        "reviewer_app false owns 2 tables without FORCE", "reviewer_boss false is a superuser");
    }

    @Test
    void tenant_column_variable_and_tables_are_inferred() throws SQLException {
        var settings = review(config(List.of("shop"))).settings();
        assertThat(settings.tenantColumns()).containsExactly("tenant_id");
        assertThat(settings.variables()).containsExactly("shop.tenant");
        assertThat(settings.tenantTables()).hasSize(2);
        assertThat(settings.subjects()).contains(0L);
    }

    @Test
    void a_tenant_column_is_inferred_however_it_is_compared() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("""
                create schema forms;
                create table forms.a ("User Id" uuid, status text, id uuid primary key, team_id int, kind int);
                create table forms.b (team_id int, user_id uuid, enabled boolean);
                create function forms.me() returns uuid language sql stable
                    return nullif(current_setting('forms.me', true), '')::uuid;
                create policy p on forms.a using (forms.me() = "User Id" and status in ('a', 'b') and kind = 1);
                create policy q on forms.a using (team_id in (select team_id from forms.b where forms.me() = user_id));
                create policy r on forms.a using (id = forms.me());
                create policy p on forms.b using ((select forms.me()) = user_id and enabled);
                create policy q on forms.b
                    using (team_id::text = any (string_to_array(current_setting('forms.teams', true), ',')));
                """);
            var settings = new SettingsReader(connection, RULES).read(config(List.of("forms")));
            assertThat(settings.tenantColumns()).containsExactly("User Id", "team_id", "user_id");
            assertThat(settings.variables()).containsExactly("forms.me", "forms.teams");
            connection.rollback();
        }
    }

    @Test
    void configured_values_are_not_inferred() throws SQLException {
        var config = new Config(
                Optional.empty(),
                List.of("shop", "store"),
                List.of(),
                List.of("open"),
                Map.of("shop.other", "uuid"),
                List.of("store.country", "shop.open"),
                List.of("reviewer_owner"),
                List.of(),
                List.of());
        var reviewed = review(config);
        assertThat(reviewed.settings().tenantColumns()).containsExactly("open");
        assertThat(reviewed.settings().variables()).containsExactly("shop.other");
        assertThat(reviewed.settings().sharedTables()).hasSize(2);
        assertThat(reviewed.settings().logins()).hasSize(1);
        assertThat(reviewed.review().findings())
                .extracting(finding -> finding.severity() + " " + finding.object())
                .containsExactly("ERROR shop.closed", "INFO shop.open", "INFO store.other");
    }

    @Test
    void configured_objects_must_exist() {
        var config = new Config(
                Optional.empty(),
                List.of("shop", "shpo"),
                List.of(),
                List.of(),
                Map.of(),
                List.of("shop.none", "no name at all"),
                List.of("nobody"),
                List.of(),
                List.of());
        assertThatThrownBy(() -> review(config))
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining("no schema shpo")
                .hasMessageContaining("no table shop.none")
                .hasMessageContaining("no table no name at all")
                .hasMessageContaining("no role nobody");
        var column = new Config(
                Optional.empty(),
                List.of("shop"),
                List.of(),
                List.of("tenat"),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        assertThatThrownBy(() -> review(column))
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining("no table under review has a column tenat");
    }

    @Test
    void a_rule_that_cannot_run_is_a_gap_and_the_others_go_on() throws SQLException {
        var folders = new ArrayList<>(RULES.folders());
        folders.addFirst(new RuleFolder(page("broken"), new RuleFolder.Sql("select passwd from pg_shadow")));
        try (var connection = DATABASE.reviewer()) {
            var review = new Reviewer(new RuleCatalog(RULES.settings(), folders), Config.NONE, page -> true)
                    .review(connection, Origin.live("the shop"), Progress.NONE)
                    .review();
            assertThat(review.partial()).isTrue();
            assertThat(review.gaps())
                    .filteredOn(gap -> gap.startsWith("rule "))
                    .singleElement()
                    .asString()
                    .startsWith("rule broken could not be checked: SQLSTATE 42501: ERROR: permission denied for view");
            assertThat(review.findings()).extracting(Finding::rule).contains(RULE);
        }
    }

    @Test
    void a_rule_in_java_that_fails_is_a_gap_and_the_others_go_on() throws SQLException {
        var folders = new ArrayList<>(RULES.folders());
        folders.addFirst(new RuleFolder(page("broken"), new RuleFolder.Java(_ -> {
            throw new IllegalStateException("a defect");
        })));
        try (var connection = DATABASE.reviewer()) {
            var review = new Reviewer(new RuleCatalog(RULES.settings(), folders), Config.NONE, page -> true)
                    .review(connection, Origin.live("the shop"), Progress.NONE)
                    .review();
            assertThat(review.gaps())
                    .contains("rule broken could not be checked: internal error,"
                            + " java.lang.IllegalStateException: a defect");
            assertThat(review.findings()).extracting(Finding::rule).contains(RULE);
        }
    }

    private static RulePage page(String slug) {
        return new RulePage(slug, slug, Severity.ERROR, List.of(), Optional.empty(), Optional.empty(), "");
    }

    @Test
    void a_hostile_database_cannot_make_the_review_run_its_functions() throws SQLException {
        admin("create function shop.format(text, variadic text[]) returns text language plpgsql"
                + " as 'begin raise exception ''caught''; end'");
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute("set search_path = shop, pg_catalog");
            assertThat(review(connection, config(List.of("shop"))).review().findings())
                    .hasSize(2);
        }
    }

    @Test
    void nothing_is_written_and_the_connection_is_as_before() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            review(connection, Config.NONE);
            assertThat(connection.getAutoCommit()).isTrue();
            try (var row = statement.executeQuery(
                    "select current_setting('transaction_read_only') || current_setting('hedgerow.schemas', true)")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("off");
            }
        }
    }

    @Test
    void closed_catalogs_are_reported_as_not_reviewable() throws SQLException {
        try (var copy = DATABASE.copy();
                var admin = copy.admin();
                var statement = admin.createStatement()) {
            statement.execute("revoke select on pg_catalog.pg_class from public");
            try (var connection = copy.reviewer()) {
                assertThatThrownBy(() -> review(connection, Config.NONE))
                        .isInstanceOf(SQLException.class)
                        .hasMessageStartingWith("nothing can be reviewed, ")
                        .hasMessageEndingWith("permission denied for table pg_class");
            }
        }
    }

    @Test
    void progress_counts_up_to_the_end() throws SQLException {
        var told = new ArrayList<String>();
        try (var connection = DATABASE.reviewer()) {
            new Reviewer(RULES, Config.NONE, page -> page.slug().equals(RULE))
                    .review(connection, Origin.live("x"), (what, done, total) -> told.add(what + done + "/" + total));
        }
        assertThat(told).containsExactly("reading the catalogs0/1", RULE + "0/1", "done1/1");
    }

    private static Config config(List<String> schemas) {
        return Config.NONE.withSchemas(schemas);
    }

    private static Reviewed review(Config config) throws SQLException {
        try (var connection = DATABASE.reviewer()) {
            return review(connection, config);
        }
    }

    private static Reviewed review(Connection connection, Config config) throws SQLException {
        return new Reviewer(RULES, config, page -> page.slug().equals(RULE))
                .review(connection, Origin.live("the shop"), Progress.NONE);
    }

    private static void admin(String sql) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
