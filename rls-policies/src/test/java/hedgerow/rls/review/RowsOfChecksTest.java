package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The probe makes rows of both tenants in tables whose conditions are of kinds that public schemas have.
class RowsOfChecksTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// Columns and constraints, a table a line.
    private static final List<String> TABLES =
            """
            currency text not null check (currency = upper(currency))
            currency varchar(3) not null check (currency = upper(currency)), unique (tenant_id, currency)
            currency char(3) not null check (upper(currency) = currency)
            currency text not null check (currency = upper(currency) and length(currency) = 3)
            currency text not null check (currency = upper(currency)) check (char_length(currency) between 3 and 4)
            currency text not null check (currency ~ '^[A-Z]{3}$' and currency = upper(currency)) default 'usd'
            currency text not null check (not (currency <> upper(currency)))
            email text not null check (email = lower(btrim(email))) check (position('@' in email) > 1)
            email text not null unique check (email = lower(email) and email ~ '@' and length(email) >= 12)
            email text not null check (email ~* '^[A-Z0-9._%+-]+@[A-Z0-9.-]+\\.[A-Z]{2,}$' and email = lower(email))
            email text not null check (email like '%_@__%.__%')
            email text not null check (email ~ '^(?!.*[.]{2})[a-z.]+@[a-z]+[.][a-z]+$')
            name text not null check (name = btrim(name) and length(btrim(name)) between 3 and 60)
            name text not null check (length(name) > 20 and name ~ '^[a-z]+$')
            name text not null check (length(name) between 12 and 14 and name ~ '^[a-z][a-z0-9-]*$')
            name text not null check (name = initcap(name))
            name text not null check (name similar to '[A-Z]{3}-[0-9]+')
            name text not null check (name = regexp_replace(name, '[^A-Z]', '', 'g') and name <> '')
            name text not null check (name !~ '[a-z]' and name <> '')
            name text not null check (name ~ '^[^[:space:]]+$' and name ~ '[[:upper:]]' and name ~ '[0-9]')
            name text not null check (starts_with(name, 'org/')) check (length(name) > 10)
            name text not null check (left(name, 3) = 'ab-' and right(name, 1) = 'z')
            name text not null check (split_part(name, ':', 1) in ('user', 'team') and split_part(name, ':', 2) <> '')
            name text not null check (reverse(name) like 'gpj.%')
            hash text not null check (hash ~ '^0x[0-9a-f]{64}$' and lower(hash) = hash)
            hash bytea not null check (octet_length(hash) = 32)
            zone text not null check (now() at time zone zone is not null)
            body text not null check (body::json is not null)
            body jsonb not null check (jsonb_typeof(body) = 'array')
            body jsonb not null check (jsonb_typeof(body) = 'array' and jsonb_array_length(body) between 1 and 3)
            body jsonb not null check (jsonb_typeof(body -> 'lines') = 'array' and body ? 'total')
            body jsonb not null check (body ->> 'kind' in ('a', 'b'))
            body jsonb not null check ((body ->> 'total')::int > 10)
            born date not null check (born <= date '2026-11-30' - interval '18 years')
            born date not null check (born < current_date - 6600)
            ends timestamptz not null check (ends > '2090-01-01')
            ends timestamptz not null check (ends > created + interval '400 days'), created timestamptz default now()
            month date not null check (date_trunc('month', month) = month)
            month date not null check (extract(day from month) = 1)
            month date not null check (month = date_trunc('month', month)::date), unique (tenant_id, month)
            day date not null check (extract(isodow from day) = 1)
            period daterange not null check (upper_inf(period))
            period tstzrange not null check (lower(period) is not null and upper(period) - lower(period) >= '30 days')
            opens time not null, closes time not null check (closes - opens >= interval '8 hours')
            net int not null, tax int not null,
                total int not null check (total = net + tax), check (net > 0 and tax > 1)
            net numeric not null check (net > 0), fee numeric not null check (fee = round(net * 0.2, 2))
            amount int not null check (amount % 100 = 0 and amount >= 500)
            amount bigint not null check (amount > 1000000000), share real check (share > 0 and share < 1) not null
            amount int not null, part int not null check (amount / part > 3)
            flags int not null check (flags & 12 = 12)
            flags bit(8) not null check (get_bit(flags, 2) = 1)
            tags text[] not null check (cardinality(tags) between 2 and 5)
            tags text[] not null check (array_length(tags, 1) = 3 and array_position(tags, null) is null)
            tags text[] not null check (tags <@ array['red', 'green'] and cardinality(tags) = 2)
            tags text[] not null check (tags @> array['red'])
            address inet not null check (family(address) = 6)
            address cidr not null check (masklen(address) = 16)
            a int, b int, c int, check (num_nonnulls(a, b, c) = 2)
            state text not null check (state in ('new', 'paid')), paid timestamptz, by uuid,
                check ((state = 'paid') = (paid is not null)), check ((by is null) = (paid is null)),
                check (state = 'paid')
            code text not null check (box.is_code(code))
            code box.shout not null
            currency text not null references box.currency
            code text not null, kind text not null check (code = kind || '-' || length(kind)), check (length(kind) > 2)
            state text not null check (case when state = lower(state) then false else length(state) > 4 end)
            """.replaceAll(",\n +", ", ").lines().toList();

    private static final String KNOWN = """
        create role box_app login;
        create schema box;
        grant usage on schema box to box_app;
        create function box.is_code(code text) returns boolean immutable language sql
            as $$ select code ~ '^[A-Z]{2}-[0-9]{6}$' $$;
        create table box.currency (code text primary key check (code = upper(code)), name text not null);
        create domain box.shout as text check (value = upper(value)) check (length(value) > 4);
        """;

    private static final String TABLE = """
        create table box.t%1$s (id uuid primary key, tenant_id uuid not null, %2$s);
        alter table box.t%1$s enable row level security;
        create policy home on box.t%1$s using (tenant_id = nullif(current_setting('box.tenant', true), '')::uuid);
        grant select on box.t%1$s to box_app;
        """;

    private static Attempts attempts;

    @BeforeAll
    static void attack() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(KNOWN);
            for (var table : TABLES) {
                scratch.load(TABLE.formatted(TABLES.indexOf(table), table));
            }
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            attempts = Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
        }
    }

    static Stream<String> tables() {
        return TABLES.stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void both_tenants_have_a_row(String table) {
        var name = "box.t" + TABLES.indexOf(table);
        assertThat(attempts.gaps()).noneMatch(gap -> gap.contains(name + " ") || gap.contains(name + ":"));
        assertThat(attempts.cells())
                .filteredOn(cell -> cell.object().equals(name) && cell.claim() == Claim.DISJOINT_READS)
                .extracting(Attempt::outcome)
                .contains(Outcome.HELD)
                .doesNotContain(Outcome.COULD_NOT_CHECK);
    }
}
