package hedgerow.bench;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/// The way in which a request is bound to its tenant. Its actor is the person who owns the tenant, and has
/// the same id.
interface Binding {

    <T> T read(UUID tenant, Function<Mappers, T> work);

    <T> T write(UUID tenant, Function<Mappers, T> work);

    static Binding of(String name, DataSource pool, String bindKey) {
        return switch (name) {
            case "floor" -> new None(Database.over(pool));
            case "plain" -> new Pipeline(Database.over(TenantDataSource.over(pool, BindCall.plain())));
            case "sealed" -> {
                var key = HexFormat.of().parseHex(bindKey);
                yield new Pipeline(Database.over(TenantDataSource.over(pool, BindCall.sealed(key))));
            }
            case "transaction" -> {
                var source = new SetConfigDataSource(pool);
                yield new Transaction(source, Database.over(source));
            }
            default -> throw new IllegalArgumentException("no such binding: " + name);
        };
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
