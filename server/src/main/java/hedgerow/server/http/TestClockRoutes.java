package hedgerow.server.http;

import hedgerow.mappers.subscription.TestClock;
import hedgerow.mappers.subscription.TestClockMapper;
import hedgerow.server.http.Problem.Fault;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;

/// `/v1/test-clocks`. A clock goes forwards only, and exists for test data alone.
final class TestClockRoutes implements Routes {

    private final Resources resources;
    private final Resource<TestClock, TestClockMapper> clocks;

    TestClockRoutes(Resources resources) {
        this.resources = resources;
        this.clocks = resources.of("test_clock", "/v1/test-clocks", TestClock.class, TestClockMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/test-clocks", Resource.page(clocks, TestClockMapper.Filter.class), Access.READ);
        routes.get("/v1/test-clocks/{id}", clocks.find(), Access.READ);
        routes.post("/v1/test-clocks", clocks.create(this::created, TestClockMapper::insert), Access.WRITE);
        routes.post("/v1/test-clocks/{id}/advance", this::advance, Access.WRITE);
    }

    private TestClockMapper.New created(Context ctx) {
        if (Requests.caller(ctx).livemode()) {
            throw new Problem(
                    ProblemCode.FORBIDDEN, "test clocks are for test data; live subscriptions have the real time");
        }
        return Bodies.bind(resources.mapper, Requests.body(ctx), TestClockMapper.New.class, ProblemCode.INVALID_BODY);
    }

    private record Advance(Instant nowAt) {}

    private void advance(Context ctx) {
        var to = Bodies.bind(resources.mapper, Requests.body(ctx), Advance.class, ProblemCode.INVALID_BODY)
                .nowAt();
        clocks.run(ctx, 200, "advanced", (on, id, version) -> {
            var clock = clocks.visible(on, ctx, id);
            if (!to.isAfter(clock.nowAt())) {
                throw backwards(clock);
            }
            var advanced = on.get(TestClockMapper.class).advance(Resource.tenant(ctx), id, version, to);
            if (advanced.isEmpty() && version == null) { // somebody else has just done it
                throw backwards(clocks.visible(on, ctx, id));
            }
            return advanced;
        });
    }

    private static Problem backwards(TestClock clock) {
        return new Problem(
                        ProblemCode.INVALID_STATE,
                        "a test clock goes forwards only, and shows %s; make another one".formatted(clock.nowAt()))
                .with(new Fault("/now_at", "is not after what the clock shows"));
    }
}
