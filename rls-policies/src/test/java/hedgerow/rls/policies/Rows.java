package hedgerow.rls.policies;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows and catalog facts, read as a superuser, from which statements of an attack are made.
final class Rows {

    private static final List<String> SIGNATURES = List.of("created_by", "requested_by", "invited_by", "decided_by");

    private final Connection admin;
    private final Map<String, List<String>> lists = new HashMap<>();

    Rows(Connection admin) {
        this.admin = admin;
    }

    NamedTenant tenant(String slug) throws SQLException {
        return new NamedTenant(
                UUID.fromString(one("select id from app.organization where slug = '" + slug + "'")), slug);
    }

    /// An actor that may act with this role, on test data.
    String actor(NamedTenant tenant, String role) throws SQLException {
        return one("""
            select kind || ':' || id from app_private.principal
             where organization_id = '%s' and role = '%s' and kind in ('user', 'agent') and active
               and livemode is not true
             order by id limit 1
            """.formatted(tenant.id(), role));
    }

    String key(NamedTenant tenant, String role) throws SQLException {
        return one("select 'key:' || id from app_private.principal where kind = 'key' and active and not livemode"
                + " and organization_id = '" + tenant.id() + "' and role = '" + role + "'");
    }

    List<String> inactiveActors(NamedTenant tenant) throws SQLException {
        return strings("""
            select kind || ':' || id from app_private.principal
             where organization_id = '%s' and kind in ('user', 'key', 'agent')
               and (not active or expires_at < now())
            """.formatted(tenant.id()));
    }

    long count(TenantTable table, NamedTenant tenant, boolean live) throws SQLException {
        return Long.parseLong(one("select count(*) from " + table.qualified() + " where " + table.of(tenant, live)));
    }

    boolean has(TenantTable table, NamedTenant tenant) throws SQLException {
        return count(table, tenant, false) > 0;
    }

    /// Disables triggers: `user` for the table's own, `all` for the checks of foreign keys too.
    void disableTriggers(String which) throws SQLException {
        for (String table : strings("select oid::regclass from pg_class"
                + " where relnamespace = 'app'::regnamespace and relkind in ('r', 'p')")) {
            execute("alter table " + table + " disable trigger " + which);
        }
    }

    /// Runs statements as the superuser and rolls them back.
    Outcome attempt(String sql) throws SQLException {
        admin.setAutoCommit(false);
        try (var statement = admin.createStatement()) {
            statement.execute("set constraints all immediate");
            statement.execute(sql);
            return Outcome.rows(statement.getUpdateCount());
        } catch (SQLException e) {
            return Outcome.refused(e);
        } finally {
            admin.rollback();
            admin.setAutoCommit(true);
        }
    }

    /// Attempts a statement without the CHECKs of the table, which can refuse the row before its keys do.
    Outcome attemptUnchecked(TenantTable table, String sql) throws SQLException {
        String unchecked = strings("""
            select string_agg(format('alter table %%s drop constraint %%I;', conrelid::regclass, conname), ' ')
              from pg_constraint where contype = 'c' and conrelid = '%s'::regclass\
            """.formatted(table.qualified())).getFirst();
        return attempt((unchecked == null ? "" : unchecked) + sql);
    }

    // Columns

    List<String> writable(TenantTable table) throws SQLException {
        return strings("select quote_ident(attname) from pg_attribute where attrelid = '" + table.qualified()
                + "'::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum");
    }

    /// The columns that a role may insert, or all of them if there is none, so that the refusal shows. The
    /// status is left out: a copy begins in the initial state.
    List<String> insertable(TenantTable table, String role) throws SQLException {
        List<String> columns = granted(table, role, "insert");
        return (columns.isEmpty() ? writable(table) : columns)
                .stream().filter(column -> !column.equals("status")).toList();
    }

    /// A column that a role may update, or any.
    String updatable(TenantTable table, String role) throws SQLException {
        List<String> columns = granted(table, role, "update");
        return columns.isEmpty() ? writable(table).getLast() : columns.getFirst();
    }

    private List<String> granted(TenantTable table, String role, String privilege) throws SQLException {
        return strings("""
            select quote_ident(attname) from pg_attribute
             where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
               and has_column_privilege('%s', attrelid, attnum, '%s')
             order by attname in (%s), attnum
            """.formatted(table.qualified(), role, privilege, uniqueColumns(table)));
    }

    private static String uniqueColumns(TenantTable table) {
        return """
            select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid
               and a.attnum = any (i.indkey::int2[]) where i.indisunique and i.indrelid = '%s'::regclass\
            """.formatted(table.qualified());
    }

    // Statements

    /// Inserts a copy of a live row, or of a test row as a live one if the table has no others.
    String insertLive(TenantTable table, NamedTenant from, List<String> columns, Map<String, String> replaced)
            throws SQLException {
        if (count(table, from, true) > 0) {
            return insert(table, from, true, columns, replaced);
        }
        Map<String, String> live = new HashMap<>(replaced);
        live.put("livemode", "true");
        return insert(table, from, false, columns, live);
    }

    /// Inserts a copy of a tenant's row, in the given columns, with some values replaced.
    String insert(TenantTable table, NamedTenant from, boolean live, List<String> columns, Map<String, String> replaced)
            throws SQLException {
        String values = columns.stream()
                .map(c -> replaced.containsKey(c) ? "$q$" + replaced.get(c) + "$q$" : "quote_nullable(" + c + "::text)")
                .collect(Collectors.joining(", ', ', "));
        String made = one("select concat(" + values + ") from " + table.qualified() + " where " + table.of(from, live)
                + " limit 1");
        return "insert into " + table.qualified() + " (" + String.join(", ", columns) + ") values (" + made + ")";
    }

    /// A new id, where the table has one.
    Map<String, String> fresh(TenantTable table) {
        Map<String, String> fresh = new LinkedHashMap<>();
        if (!table.name().equals("organization")) {
            fresh.put("id", "'" + UUID.randomUUID() + "'");
        }
        return fresh;
    }

    Map<String, String> freshFor(TenantTable table, NamedTenant tenant) {
        Map<String, String> fresh = fresh(table);
        fresh.put(table.tenantColumn(), "'" + tenant.id() + "'");
        return fresh;
    }

    /// The values signed by the actor, where a row records its author.
    Map<String, String> signed(TenantTable table, Map<String, String> values, String actor) throws SQLException {
        Map<String, String> signed = new LinkedHashMap<>(values);
        for (String column : writable(table)) {
            if (SIGNATURES.contains(column)) {
                boolean uuid = one("select atttypid::regtype from pg_attribute where attrelid = '" + table.qualified()
                                + "'::regclass and attname = '" + column + "'")
                        .equals("uuid");
                signed.put(column, "'" + (uuid ? actor.substring(actor.indexOf(':') + 1) : actor) + "'");
            }
        }
        return signed;
    }

    /// Writes an event of a tenant's test data.
    static String event(NamedTenant tenant, String type) {
        return "insert into app.outbox_event (organization_id, livemode, type, subject_type, subject_id, payload)"
                + " values ('%s', false, '%s', 'payment_order', gen_random_uuid(), '{}')".formatted(tenant.id(), type);
    }

    /// An UPDATE that reads no column, so that SELECT policies do not apply.
    String blindUpdate(TenantTable table, String role) throws SQLException {
        String column = updatable(table, role);
        String value = one("select quote_nullable(" + column + "::text) from " + table.qualified() + " limit 1");
        return "update " + table.qualified() + " set " + column + " = " + value;
    }

    // Catalog

    /// A foreign key.
    ///
    /// @param columns of the child and of the parent, without tenant and mode
    record Reference(String name, TenantTable child, TenantTable parent, List<String[]> columns) {

        /// Points one row of a tenant at a row of another.
        String pointAt(NamedTenant own, NamedTenant foreign) {
            String set = columns.stream()
                    .map(pair -> "%s = (select %s from %s where %s limit 1)"
                            .formatted(pair[0], pair[1], parent.qualified(), parent.of(foreign, false)))
                    .collect(Collectors.joining(", "));
            return "update %s set %s where ctid = (select ctid from %1$s where %s order by %s is null limit 1)"
                    .formatted(child.qualified(), set, child.of(own, false), columns.getFirst()[0]);
        }
    }

    List<Reference> references(List<TenantTable> tables) throws SQLException {
        Map<String, TenantTable> named =
                tables.stream().collect(Collectors.toMap(TenantTable::qualified, Function.identity()));
        List<Reference> references = new ArrayList<>();
        for (String line : strings("""
            select concat_ws('|', conname, conrelid::regclass, confrelid::regclass,
                     (select string_agg(c.attname || ',' || p.attname, ';')
                        from unnest(conkey, confkey) k (child, parent)
                        join pg_attribute c on c.attrelid = conrelid and c.attnum = k.child
                        join pg_attribute p on p.attrelid = confrelid and p.attnum = k.parent
                       where c.attname not in ('organization_id', 'livemode')))
              from pg_constraint
             where contype = 'f' and connamespace = 'app'::regnamespace
               and confrelid in (select attrelid from pg_attribute where attname = 'organization_id')
             order by conname
            """)) {
            String[] part = line.split("\\|");
            references.add(new Reference(
                    part[0],
                    named.get(part[1]),
                    named.get(part[2]),
                    Stream.of(part[3].split(";")).map(pair -> pair.split(",")).toList()));
        }
        return references;
    }

    record Secret(String table, String column) {}

    /// The columns that the audit log redacts, except the response stored with an idempotency key, which
    /// its own actor reads.
    List<Secret> secrets() throws SQLException {
        return strings("""
            select tgrelid::regclass::text || '.' || convert_from(argument, 'UTF8')
              from pg_trigger,
                   unnest(string_to_array(encode(tgargs, 'escape'), '\\000')) with ordinality a (text, n),
                   convert_to(text, 'UTF8') argument
             where tgname = 'audit' and text !~ '^(-.*)?$' and text not in ('response_body', 'request_hash')
            """).stream()
                .map(name -> name.split("\\."))
                .map(part -> new Secret(part[part.length - 2], part[part.length - 1]))
                .toList();
    }

    /// Relations that are not tenant tables, yet have a column for the tenant and can be read by a login.
    List<String> otherRelations() throws SQLException {
        return strings("""
            select rel.oid::regclass
              from pg_class rel
              join pg_attribute att on att.attrelid = rel.oid and att.attname = 'organization_id'
             where rel.relkind in ('v', 'm', 'f', 'r', 'p')
               and not (rel.relnamespace = 'app'::regnamespace and rel.relkind in ('r', 'p'))
               and (has_any_column_privilege('hedgerow_app', rel.oid, 'select')
                    or has_any_column_privilege('hedgerow_worker', rel.oid, 'select'))
            """);
    }

    /// The first column of a query, run once: the catalog does not change under an attack.
    List<String> strings(String sql) throws SQLException {
        List<String> known = lists.get(sql);
        if (known != null) {
            return known;
        }
        List<String> values = FirstColumn.of(admin, sql);
        lists.put(sql, values);
        return values;
    }

    private String one(String sql) throws SQLException {
        List<String> values = strings(sql);
        if (values.isEmpty()) {
            throw new IllegalStateException("the demo data has no row for: " + sql);
        }
        return values.getFirst();
    }

    void execute(String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
