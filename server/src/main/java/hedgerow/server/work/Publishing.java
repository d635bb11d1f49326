package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.DeliveryMapper;
import java.time.Instant;
import java.util.Optional;

/// Numbers events, and creates a delivery of each for every endpoint that subscribes to it: all of it in
/// one statement.
final class Publishing implements Job {

    private final Database database;

    Publishing(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Instant> run(TenantKey tenant) {
        var published = database.writeAlone(on -> on.get(DeliveryMapper.class).publish(tenant));
        return published > 0 ? Optional.of(Instant.now()) : Optional.empty();
    }
}
