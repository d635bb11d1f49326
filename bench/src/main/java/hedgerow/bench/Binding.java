package hedgerow.bench;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/// The way in which a request is bound to its tenant. Its actor is the person who owns the tenant, and has
/// the same id.
interface Binding {

    <T> T read(UUID tenant, Function<Mappers, T> work);

    <T> T write(UUID tenant, Function<Mappers, T> work);

    /// The bind of a caller who already knows the role.
    BindCall SET_ONLY = new BindCall(
            """
            select set_config('app.organization_id', ?, true), set_config('app.actor', ?, true),
                   set_config('app.role', 'owner', true), set_config('app.livemode', 'false', true)\
            """,
            (tenant, _) -> List.of(tenant.id(), tenant.actor()),
            List.of("app.organization_id", "app.actor", "app.role", "app.livemode"),
            BindCall.Prepared.KEPT);

    /// Returns a binding over a pool.
    ///
    /// @param texts what becomes of the data source that binds
    static Binding of(String name, DataSource pool, String bindKey, UnaryOperator<DataSource> texts) {
        return switch (name) {
            case "floor" -> new None(Database.over(texts.apply(pool)));
            case "plain" -> new Pipeline(Database.over(texts.apply(TenantDataSource.over(pool, BindCall.plain()))));
            case "sealed" -> {
                var key = HexFormat.of().parseHex(bindKey);
                yield new Pipeline(Database.over(texts.apply(TenantDataSource.over(pool, BindCall.sealed(key)))));
            }
            case "set-only" -> new Pipeline(Database.over(texts.apply(TenantDataSource.over(pool, SET_ONLY))));
            case "transaction" -> transaction(new SetConfigDataSource(pool, false), texts);
            case "transaction-checked" -> transaction(new SetConfigDataSource(pool, true), texts);
            default -> throw new IllegalArgumentException("no such binding: " + name);
        };
    }

    private static Binding transaction(SetConfigDataSource source, UnaryOperator<DataSource> texts) {
        return new Transaction(source, Database.over(texts.apply(source)));
    }

    /// Not at all: the statement names the tenant.
    record None(Database database) implements Binding {

        @Override
        public <T> T read(UUID tenant, Function<Mappers, T> work) {
            return database.read(work);
        }

        @Override
        public <T> T write(UUID tenant, Function<Mappers, T> work) {
            return database.writeAlone(work);
        }
    }

    /// Binds by the project's data source.
    record Pipeline(Database database) implements Binding {

        @Override
        public <T> T read(UUID tenant, Function<Mappers, T> work) {
            return owner(tenant).call(() -> database.read(work));
        }

        @Override
        public <T> T write(UUID tenant, Function<Mappers, T> work) {
            return owner(tenant).call(() -> database.writeAlone(work));
        }

        private static Tenant owner(UUID tenant) {
            return Tenant.of(tenant, "user:" + tenant, false);
        }
    }

    /// Binds as services usually do: BEGIN, `set_config`, the statement, COMMIT.
    record Transaction(SetConfigDataSource source, Database database) implements Binding {

        @Override
        public <T> T read(UUID tenant, Function<Mappers, T> work) {
            return source.with(tenant, () -> database.write(work));
        }

        @Override
        public <T> T write(UUID tenant, Function<Mappers, T> work) {
            return source.with(tenant, () -> database.write(work));
        }
    }
}
