package hedgerow.rls.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.rls.bind.SelfCheck.Problem;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A login that row security does not bind serves no tenant.
class SelfCheckTest {

    private static final SelfCheck CHECK = new SelfCheck(List.of("shop"), "shop_id");

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private final String login = "check_" + UUID.randomUUID().toString().substring(0, 8);
    private final String group = login + "_group";

    @BeforeEach
    void createShop() throws SQLException {
        admin("""
            create role %1$s login password 'secret';
            create role %2$s nologin;
            grant connect on database %3$s to %1$s;
            create schema shop;
            create table shop.shop (id uuid primary key);
            create table shop.item (
                shop_id uuid not null references shop.shop,
                id      uuid not null,
                primary key (shop_id, id)
            );
            create table shop.currency (code text primary key);
            alter table shop.shop enable row level security;
            alter table shop.shop force row level security;
            alter table shop.item enable row level security;
            alter table shop.item force row level security;
            create policy fence on shop.shop as restrictive for all to public
                using (id = nullif(current_setting('shop.id', true), '')::uuid);
            create policy fence on shop.item as restrictive for all to public
                using (shop_id = nullif(current_setting('shop.id', true), '')::uuid);
            """.formatted(login, group, database()));
    }

    @AfterEach
    void dropShop() throws SQLException {
        admin("drop schema shop cascade");
        admin("revoke all on database %3$s from %1$s, %2$s; drop role %1$s; drop role %2$s"
                .formatted(login, group, database()));
    }

    @Test
    void the_logins_of_the_payments_database_are_fit() {
        for (var role : List.of(Logins.APP, Logins.WORKER)) {
            assertThatCode(() -> SelfCheck.reference().require(DATABASE.dataSource(role)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void a_login_that_may_set_the_parameter_of_the_session_is_unfit() throws SQLException {
        admin("""
            create function shop.tenant() returns uuid language sql stable
                return nullif(current_setting('backtrace_functions'), '')::uuid;
            grant set on parameter log_duration, backtrace_functions to %s;
            """.formatted(login));
        try {
            assertThat(CHECK.problems(source()))
                    .containsExactly(new SelfCheck.Problem(
                            "the login %s may set the parameter backtrace_functions, from which shop.tenant() reads the"
                                            .formatted(login)
                                    + " session",
                            "revoke set on parameter backtrace_functions from public, " + login));
        } finally {
            admin("revoke set on parameter log_duration, backtrace_functions from " + login);
        }
    }

    @Test
    void a_login_of_another_database_can_be_fit_too() throws SQLException {
        assertThat(CHECK.problems(source())).isEmpty();
        var tenants = TenantDataSource.over(source(), BindCall.variable("shop.id"));
        assertThat(CHECK.problems(tenants)).isEmpty();
        assertThat(CHECK.problems(tenants.forTenant(Tenant.none()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter role LOGIN superuser | LOGIN is a superuser | connect as another login",
                "alter role GROUP superuser; grant GROUP to LOGIN | GROUP, a superuser | revoke GROUP from LOGIN",
                "alter role LOGIN bypassrls | does not bind the login LOGIN | connect as another login",
                "alter role GROUP bypassrls; grant GROUP to LOGIN | can become GROUP | revoke GROUP from LOGIN",
                "alter table shop.item owner to LOGIN | owns shop.item | connect as another login",
                "alter table shop.item owner to GROUP; grant GROUP to LOGIN | the owner of shop.item | revoke GROUP",
                "grant temporary on database BASE to LOGIN | temporary tables | revoke temporary on database BASE",
                "grant temporary on database BASE to public | temporary tables | revoke temporary on database BASE",
                "grant create on database BASE to LOGIN | make schemas | revoke create on database BASE",
                "grant create on schema shop to LOGIN | in the schema shop | revoke create on schema shop",
                "grant create on schema public to public | in the schema public | revoke create on schema public",
                "alter table shop.item disable row level security | has no row security | enable row level security",
                "alter table shop.item no force row level security | bind the owner of shop.item | force row level",
                "drop policy fence on shop.item | shop.item has no fence | create policy fence on shop.item",
                "drop policy fence on shop.shop | shop.shop has no fence | create policy fence on shop.shop",
                "alter policy fence on shop.item to LOGIN | shop.item has no fence | to public",
                "alter policy fence on shop.item using (id is not null) | shop.item has no fence | restrictive",
                "drop schema shop cascade; create schema shop | no table with a column shop_id | name the schemas",
                "alter role LOGIN set row_security = off | row security is off | remove row_security",
                "alter role LOGIN set search_path = x | LOGIN stores the setting search_path | LOGIN reset search_path",
                "alter role LOGIN set \"TimeZone\" = 'UTC' | stores the setting TimeZone | LOGIN reset \"TimeZone\"",
                "alter role LOGIN set shop.id = 'x' | stores the setting shop.id | LOGIN reset \"shop.id\"",
                "alter role LOGIN in database BASE set work_mem = 64 | setting work_mem | in database BASE reset"
                        + " work_mem"
            })
    void each_weakness_is_found_with_its_remedy(String weakness, String what, String mend) throws SQLException {
        admin(named(weakness));
        try {
            assertThat(CHECK.problems(source())).anySatisfy(problem -> {
                assertThat(problem.what()).contains(named(what));
                assertThat(problem.mend()).contains(named(mend));
            });
        } finally {
            admin(named("revoke temporary on database BASE from public; revoke create on schema public from public"));
        }
    }

    @Test
    void a_fence_for_some_commands_or_with_a_check_alone_is_none() throws SQLException {
        for (var policy : List.of(
                "as permissive for all to public using (shop_id is null)",
                "as restrictive for select to public using (shop_id is null)",
                "as restrictive for all to public with check (shop_id is null)")) {
            admin("drop policy fence on shop.item; create policy fence on shop.item " + policy);
            assertThat(CHECK.problems(source()))
                    .extracting(Problem::what)
                    .as(policy)
                    .containsExactly("shop.item has no fence");
        }
    }

    @Test
    void settings_of_the_login_are_found_by_the_check_for_readiness() throws SQLException {
        assertThat(SelfCheck.settingProblems(source())).isEmpty();
        admin(named("alter role LOGIN set statement_timeout = '15s'; alter database BASE set work_mem = '8MB';"
                + " alter role GROUP set search_path = x"));
        assertThat(SelfCheck.settingProblems(source()))
                .as("time limits, and what the login cannot change itself")
                .isEmpty();
        admin(named("alter role LOGIN set default_transaction_read_only = on"));
        assertThat(SelfCheck.settingProblems(source()))
                .containsExactly(new Problem(
                        named("the role LOGIN stores the setting default_transaction_read_only"),
                        named("alter role LOGIN reset default_transaction_read_only")
                                + "; store what all sessions need in the JDBC URL, or by ALTER DATABASE"));
        var statement = SelfCheck.settingProblems(source()).getFirst().mend().split(";")[0];
        admin(statement);
        assertThat(SelfCheck.settingProblems(source())).isEmpty();
        admin(named("alter database BASE reset work_mem"));
    }

    @Test
    void a_fence_that_citus_opens_on_its_shards_is_found() throws SQLException {
        admin("set allow_system_table_mods = on; create table pg_catalog.pg_dist_partition (logicalrelid regclass);"
                + " grant select on pg_catalog.pg_dist_partition to public;"
                + " insert into pg_catalog.pg_dist_partition values ('shop.item'), ('shop.currency')");
        try {
            assertThat(CHECK.problems(source()))
                    .extracting(Problem::what)
                    .containsExactly("Citus makes the restrictive policies of shop.item permissive on its shards");
        } finally {
            admin("set allow_system_table_mods = on; drop table pg_catalog.pg_dist_partition");
        }
    }

    @Test
    void a_membership_of_a_membership_counts() throws SQLException {
        admin(named("create role LOGIN_middle; grant LOGIN_middle to LOGIN; grant GROUP to LOGIN_middle;"
                + " alter role GROUP bypassrls"));
        try {
            assertThat(CHECK.problems(source()))
                    .extracting(Problem::what)
                    .containsExactly(named("the login LOGIN can become GROUP, which row security does not bind"));
        } finally {
            admin(named("drop role LOGIN_middle"));
        }
    }

    @Test
    void all_problems_are_reported_at_once() throws SQLException {
        admin(named("alter role LOGIN bypassrls; alter table shop.item no force row level security;"
                + " drop policy fence on shop.shop"));
        assertThatThrownBy(() -> CHECK.require(source("preferQueryMode=simple")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("preferQueryMode=simple")
                .hasMessageContaining("fix: remove it from the JDBC URL")
                .hasMessageContaining("BYPASSRLS")
                .hasMessageContaining("fix: connect as another login, one without BYPASSRLS")
                .hasMessageContaining("fix: alter table shop.item force row level security")
                .hasMessageContaining("shop.shop has no fence");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42.7.11", "42.6.99", "41.9.99", "42.7", "42", "9.4-1200", "", "42.7.x"})
    void an_older_driver_is_older(String version) {
        assertThat(SelfCheck.isOlder(version, List.of(42, 7, 12))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42.7.12", "42.7.14", "42.8.0", "43.0.0", "42.7.12.1", "100.0.0"})
    void a_newer_one_is_not(String version) {
        assertThat(SelfCheck.isOlder(version, List.of(42, 7, 12))).isFalse();
    }

    private String named(String text) {
        return text.replace("LOGIN", login).replace("GROUP", group).replace("BASE", database());
    }

    private static String database() {
        return DATABASE.adminUrl().database();
    }

    private static void admin(String sql) throws SQLException {
        try (var admin = DATABASE.admin();
                var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    private PGSimpleDataSource source(String... parameters) {
        var source = new PGSimpleDataSource();
        var url = DATABASE.adminUrl();
        source.setUrl("jdbc:postgresql://%s:%d/%s?%s"
                .formatted(url.host(), url.port(), url.database(), String.join("&", parameters)));
        source.setUser(login);
        source.setPassword("secret");
        return source;
    }
}
