package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.Turn;
import hedgerow.mappers.work.TurnMapper;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.http.Log;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.Uptime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Takes turns and does the work that is due, for one tenant at a time, to which each is bound as
/// `system:worker`.
///
/// - A failure ends its turn and nothing else. The turn comes again after a pause, which doubles with each failure.
/// - The clock of this machine decides nothing: times are the database's, and lengths are measured by [Uptime].
/// - The turns of a dead worker come back when their time limit is over.
/// - [#close()] takes no more turns, lets those under way end, and leaves the rest to others.
public final class Worker implements AutoCloseable {

    static final String ACTOR = "system:worker";

    private static final Duration BUSY = Duration.ofMillis(50);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int MOST_FORGOTTEN = 1_000;

    /// SQLSTATEs of passing conflicts: two that want each other's rows, or a row that has changed since;
    /// nobody's fault, and soon over.
    private static final Set<String> PASSING = Set.of("40001", "40P01");

    /// The time within which a live worker requests turns.
    private static final Duration ALIVE = Duration.ofSeconds(30);

    private final Database unbound;
    private final Map<String, Job> jobs;
    private final Duration timeToFinish;
    private final MeterRegistry metrics;
    private final int width;
    private final Semaphore free;
    private final ExecutorService turns = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread poller = Thread.ofPlatform().name("worker").unstarted(this::poll);
    private volatile Duration polled = Uptime.now();
    private Duration swept = Uptime.now().minus(HOUSEKEEPING);

    private Worker(Database unbound, Map<String, Job> jobs, Duration timeToFinish, MeterRegistry metrics, int width) {
        this.unbound = unbound;
        this.jobs = Map.copyOf(jobs);
        this.timeToFinish = timeToFinish;
        this.metrics = metrics;
        this.width = width;
        this.free = new Semaphore(width);
        metrics.gauge("hedgerow.worker.turns.under.way", free, permits -> width - permits.availablePermits());
    }

    /// Starts a worker.
    ///
    /// @param unbound runs the statements for which no tenant is bound
    /// @param width the largest number of concurrent turns
    static Worker start(
            Database unbound, Map<String, Job> jobs, Duration timeToFinish, MeterRegistry metrics, int width) {
        var worker = new Worker(unbound, jobs, timeToFinish, metrics, width);
        worker.poller.start();
        return worker;
    }

    /// Whether it goes on requesting turns, and the database answers.
    public boolean isAlive() {
        return !Uptime.isOver(polled, ALIVE);
    }

    // --- taking turns --------------------------------------------------------------------------------------------

    private void poll() {
        var pause = BUSY;
        while (!stopped(pause)) {
            try {
                var taken = take();
                pause = taken == 0 ? shorter(pause.multipliedBy(2), IDLE) : BUSY;
                polled = Uptime.now();
                sweep();
            } catch (RuntimeException | Error e) {
                pause = IDLE;
                metrics.counter("hedgerow.worker.polls.failed").increment();
                failed("no turns taken", e, Map.of());
            }
        }
    }

    private boolean stopped(Duration pause) {
        try {
            return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /// Takes turns, and returns how many. A turn of each kind that is taken has a thread to do it at once.
    private int take() {
        var room = free.availablePermits() / jobs.size();
        if (room == 0) {
            return 1; // busy
        }
        var kinds = List.copyOf(jobs.keySet());
        var taken = unbound.writeAlone(on -> on.get(TurnMapper.class).take(kinds, room, timeToFinish.toMillis() / 1e3));
        for (var turn : taken) {
            free.acquireUninterruptibly();
            turns.execute(() -> {
                try {
                    perform(turn);
                } finally {
                    free.release();
                }
            });
        }
        return taken.size();
    }

    private void sweep() {
        if (Uptime.isOver(swept, HOUSEKEEPING)) {
            var removed = unbound.writeAlone(on -> on.get(TurnMapper.class).forgetSignIns(MOST_FORGOTTEN));
            swept = removed < MOST_FORGOTTEN ? Uptime.now() : swept;
        }
    }

    // --- one turn ------------------------------------------------------------------------------------------------

    private void perform(Turn turn) {
        var begun = Timer.start(metrics);
        var outcome = "failed";
        try {
            noteAge(turn);
            var next = work(turn);
            failures.remove(key(turn));
            outcome = end(turn, next) ? "done" : "overtaken";
        } catch (RuntimeException | Error e) {
            failed("turn failed", e, Map.of("kind", turn.kind(), "organization_id", turn.organizationId()));
            endAfterFailure(turn);
        } finally {
            begun.stop(Timer.builder("hedgerow.worker.turns")
                    .description("Turns, by what became of them")
                    .tags("kind", turn.kind(), "outcome", outcome)
                    .register(metrics));
        }
    }

    private void noteAge(Turn turn) {
        Timer.builder("hedgerow.worker.turn.age")
                .description("How late turns were taken")
                .tag("kind", turn.kind())
                .publishPercentileHistogram(false)
                .serviceLevelObjectives(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10))
                .register(metrics)
                .record(Duration.ofMillis((long) (1e3 * Math.max(0, turn.lateSeconds()))));
    }

    private Due work(Turn turn) {
        var tenant = new TenantKey(turn.organizationId(), turn.livemode());
        return Tenant.of(turn.organizationId(), ACTOR, turn.livemode())
                .call(() -> jobs.get(turn.kind()).run(tenant));
    }

    private boolean end(Turn turn, Due next) {
        var pause = next.pause().map(wait -> wait.toMillis() / 1e3).orElse(null);
        return unbound.writeAlone(
                on -> on.get(TurnMapper.class).end(turn, next.at().orElse(null), pause));
    }

    /// Ends a turn after a failure. A turn that cannot even be ended comes back when its time limit is
    /// over.
    private void endAfterFailure(Turn turn) {
        var often = failures.merge(key(turn), 1, Integer::sum);
        var pause = shorter(Duration.ofSeconds(1L << Math.min(often - 1, 10)), LONGEST_PAUSE);
        var jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(1 + pause.toMillis() / 4));
        try {
            end(turn, Due.after(pause.plus(jitter)));
        } catch (RuntimeException e) {
            failed("turn not ended", e, Map.of("kind", turn.kind()));
        }
    }

    private static String key(Turn turn) {
        return "%s/%s/%s".formatted(turn.kind(), turn.organizationId(), turn.livemode());
    }

    private static void failed(String event, Throwable failure, Map<String, ?> fields) {
        if (failure instanceof StatementFailure refused) {
            var known = new java.util.LinkedHashMap<String, Object>(fields);
            known.put("sqlstate", refused.sqlState());
            refused.constraint().ifPresent(rule -> known.put("rule", rule));
            Log.write(PASSING.contains(refused.sqlState()) ? Level.INFO : Level.WARNING, event, known);
        } else {
            Log.failure(event, failure);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            poller.join();
            if (!free.tryAcquire(width, DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                Log.write(Level.WARNING, "turns left to others", Map.of("turns", width - free.availablePermits()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        turns.shutdownNow();
    }
}
