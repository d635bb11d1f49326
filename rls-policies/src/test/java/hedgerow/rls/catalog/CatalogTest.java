package hedgerow.rls.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CatalogTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final String OBJECTS = """
        create role catalog_group nologin bypassrls;
        create role catalog_member login noinherit;
        grant catalog_group to catalog_member with admin option;
        create schema fields;
        create table fields."Plot" (tenant uuid not null, id bigserial, note text collate "C",
            area numeric(10,2) generated always as (1.5) stored, primary key (tenant, id),
            check (id > 0)) partition by list (tenant);
        create table fields.rest partition of fields."Plot" default;
        create table fields.crop (tenant uuid, plot bigint,
            foreign key (tenant, plot) references fields."Plot" match full on delete cascade on update set null);
        create unique index crop_plot on fields.crop (lower(plot::text)) include (tenant) where plot > 3;
        alter table fields."Plot" enable row level security, force row level security;
        create policy "the owner's" on fields."Plot" as restrictive for update to catalog_group, hedgerow_app
            using (tenant = current_setting('fields.tenant')::uuid) with check (true);
        create policy anyone on fields."Plot" using (note is not null);
        grant select (note), update (note) on fields."Plot" to hedgerow_app with grant option;
        create view fields.v with (security_invoker = true) as select * from fields.crop;
        create rule quiet as on delete to fields.crop where old.plot > 1 do instead nothing;
        create function fields.touch() returns trigger language plpgsql security definer
            set search_path = pg_catalog, pg_temp as 'begin return new; end';
        create function fields.half(x int) returns int language sql immutable leakproof parallel safe return x / 2;
        create trigger touched before insert or update on fields.crop for each row execute function fields.touch();
        alter default privileges in schema fields grant select on tables to hedgerow_app;
        alter role catalog_member set row_security = off;
        create publication crops for table fields.crop where (plot > 5);
        create collation fields.loose (provider = icu, locale = 'und', deterministic = false);
        select lo_create(0);
        """;

    @Test
    void a_snapshot_has_every_kind_of_object() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            execute(connection, OBJECTS);
            var catalog = Catalog.read(connection);
            assertThat(catalog.gaps()).isEmpty();
            assertThat(catalog.major()).isEqualTo(DATABASE.major());
            checkRoles(catalog);
            checkTable(catalog);
            checkParts(catalog);
            checkFunctions(catalog);
            checkRest(catalog);
            connection.rollback();
        }
    }

    private static void checkRoles(Catalog catalog) {
        var member = role(catalog, "catalog_member");
        var group = role(catalog, "catalog_group");
        assertThat(member.inherits()).isFalse();
        assertThat(group.isExempt()).isTrue();
        assertThat(catalog.memberships()).contains(new RoleMembership(member.oid(), group.oid(), true, false, true));
        assertThat(catalog.server().user()).isEqualTo("postgres");
    }

    private static void checkTable(Catalog catalog) {
        var plot = relation(catalog, "fields", "Plot");
        assertThat(plot.quoted()).isEqualTo("fields.\"Plot\"");
        assertThat(plot.kind()).isEqualTo(Relation.Kind.PARTITIONED_TABLE);
        assertThat(plot.rowSecurity() && plot.forced()).isTrue();
        assertThat(plot.columns()).extracting(Column::name).containsExactly("tenant", "id", "note", "area");
        assertThat(plot.column("area")).get().satisfies(area -> {
            assertThat(area.typeName()).isEqualTo("numeric(10,2)");
            assertThat(area.generated()).isTrue();
            assertThat(area.defaultTree()).get().asString().startsWith("{");
        });
        assertThat(plot.column("note").orElseThrow().grants())
                .anyMatch(grant -> grant.privilege().equals("SELECT") && grant.grantable());
        var policy = plot.policies().getLast();
        assertThat(policy.quoted()).isEqualTo("\"the owner's\"");
        assertThat(policy.permissive()).isFalse();
        assertThat(policy.command()).isEqualTo(Policy.Command.UPDATE);
        assertThat(policy.roles()).hasSize(2);
        assertThat(policy.usingTree()).get().asString().startsWith("{OPEXPR");
        assertThat(policy.usingSql()).get().asString().contains("current_setting");
        assertThat(policy.checkTree()).get().asString().startsWith("{CONST");
        assertThat(relation(catalog, "fields", "rest").parents()).containsExactly(plot.oid());
        assertThat(relation(catalog, "fields", "Plot_id_seq").owningRelation()).isEqualTo(plot.oid());
    }

    private static void checkParts(Catalog catalog) {
        var crop = relation(catalog, "fields", "crop");
        assertThat(crop.constraints()).singleElement().satisfies(key -> {
            assertThat(key.kind()).isEqualTo(Constraint.Kind.FOREIGN_KEY);
            assertThat(key.matchFull()).isTrue();
            assertThat(key.onDelete()).isEqualTo(Constraint.Action.CASCADE);
            assertThat(key.onUpdate()).isEqualTo(Constraint.Action.SET_NULL);
            assertThat(key.columns()).containsExactly(1L, 2L);
            assertThat(key.foreignColumns()).containsExactly(1L, 2L);
        });
        assertThat(crop.indexes()).singleElement().satisfies(index -> {
            assertThat(index.columns()).containsExactly(0L, 1L);
            assertThat(index.keys()).isEqualTo(1);
            assertThat(index.predicateTree()).isPresent();
        });
        assertThat(crop.triggers()).singleElement().satisfies(trigger -> {
            assertThat(trigger.type()).isEqualTo(1 + 2 + 4 + 16);
            assertThat(catalog.function(trigger.function()))
                    .get()
                    .extracting(Function::name)
                    .isEqualTo("touch");
        });
        assertThat(crop.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.event()).isEqualTo(RewriteRule.Event.DELETE);
            assertThat(rule.conditionTree()).isPresent();
        });
        assertThat(crop.grants()).extracting(Grant::privilege).contains("SELECT", "TRUNCATE");
        var view = relation(catalog, "fields", "v");
        assertThat(view.isInvokerView()).isTrue();
        assertThat(view.viewTree()).get().asString().startsWith("({QUERY");
    }

    private static void checkFunctions(Catalog catalog) {
        var touch = function(catalog, "touch");
        assertThat(touch.securityDefiner()).isTrue();
        assertThat(touch.settings()).containsExactly("search_path=pg_catalog, pg_temp");
        assertThat(touch.body()).contains("begin return new; end");
        assertThat(touch.grants()).extracting(Grant::grantee).contains(0L);
        var half = function(catalog, "half");
        assertThat(half.quoted()).isEqualTo("fields.half(integer)");
        assertThat(half.leakproof()).isTrue();
        assertThat(half.volatility()).isEqualTo(Function.Volatility.IMMUTABLE);
        assertThat(half.parallel()).isEqualTo(Function.Parallel.SAFE);
        assertThat(half.bodyTree()).isPresent();
        assertThat(half.argumentNames()).containsExactly("x");
        assertThat(catalog.operators().values())
                .anyMatch(operator -> operator.name().equals("=")
                        && operator.leakproof()
                        && catalog.type(operator.leftType())
                                .orElseThrow()
                                .name()
                                .equals("uuid"));
    }

    private static void checkRest(Catalog catalog) {
        assertThat(catalog.storedSettings())
                .anyMatch(stored -> stored.settings().equals(List.of("row_security=off")));
        assertThat(catalog.publications()).singleElement().satisfies(publication -> {
            assertThat(publication.relations()).hasSize(1);
            assertThat(publication.filtered()).isEqualTo(publication.relations());
        });
        assertThat(catalog.defaultPrivileges()).anyMatch(privileges -> privileges.kind() == 'r');
        assertThat(catalog.largeObjects()).hasSize(1);
        assertThat(catalog.nondeterministicCollations()).isNotEmpty();
        assertThat(catalog.extensions()).extracting(Catalog.Extension::name).contains("plpgsql");
        assertThat(catalog.languages()).anyMatch(language -> language.name().equals("plpgsql") && language.trusted());
    }

    @Test
    void the_reviewer_reads_what_the_superuser_reads() throws SQLException {
        try (var admin = DATABASE.admin();
                var reviewer = DATABASE.reviewer()) {
            var theirs = snapshot(admin);
            var ours = snapshot(reviewer);
            assertThat(ours.gaps()).isEmpty();
            assertThat(ours.relations()).isEqualTo(theirs.relations());
            assertThat(ours.functions()).isEqualTo(theirs.functions());
            assertThat(ours.server().user()).isEqualTo("hedgerow_reviewer");
        }
    }

    @Test
    void a_catalog_that_is_closed_is_a_gap() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            execute(connection, "revoke select on pg_catalog.pg_policy from public");
            execute(connection, "set local role hedgerow_reviewer");
            var catalog = Catalog.read(connection);
            assertThat(catalog.gaps())
                    .containsExactly("catalog: policies cannot be read: permission denied for table pg_policy");
            assertThat(catalog.relations()).isNotEmpty();
            connection.rollback();
        }
    }

    @Test
    void the_number_of_queries_does_not_depend_on_the_number_of_tables() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            execute(connection, """
                do $$ begin
                    for i in 1..200 loop execute format('create table public.t%s (a int check (a > 1))', i); end loop;
                end $$
                """);
            var counting = new CountingConnection(connection);
            Catalog.read(counting.connection());
            assertThat(counting.statements()).isLessThan(30);
            connection.rollback();
        }
    }

    private static Catalog snapshot(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        execute(connection, "set transaction isolation level repeatable read read only");
        return Catalog.read(connection);
    }

    private static Relation relation(Catalog catalog, String schema, String name) {
        return catalog.relationsIn(Set.of(schema)).stream()
                .filter(relation -> relation.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Role role(Catalog catalog, String name) {
        return catalog.roles().values().stream()
                .collect(Collectors.toMap(Role::name, role -> role))
                .get(name);
    }

    private static Function function(Catalog catalog, String name) {
        return catalog.functions().values().stream()
                .filter(function ->
                        function.schema().equals("fields") && function.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
