package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.DeliveryMapper;
import hedgerow.server.pay.Due;

/// Numbers events, and creates a delivery of each for every endpoint that subscribes to it: all of it in
/// one statement.
final class Publishing implements Job {

    private final Database database;

    Publishing(Database database) {
        this.database = database;
    }

    @Override
    public Due run(TenantKey tenant) {
        var published = database.writeAlone(on -> on.get(DeliveryMapper.class).publish(tenant));
        return published > 0 ? Due.AT_ONCE : Due.NEVER;
    }
}
