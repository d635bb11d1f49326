package hedgerow.rls.probe;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Parts of one work, each on a thread of its own.
final class Parallel {

    private Parallel() {}

    @FunctionalInterface
    interface Part<T> {
        T run(int number) throws SQLException;
    }

    /// The results of all parts in their order, once all have ended.
    ///
    /// @throws SQLException that of the first part that failed
    static <T> List<T> of(int parts, Part<T> part) throws SQLException {
        if (parts == 1) {
            return List.of(part.run(0));
        }
        try (var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("hedgerow-probe-", 0).daemon().factory())) {
            var running = new ArrayList<Future<T>>();
            for (var i = 0; i < parts; i++) {
                var number = i;
                running.add(threads.submit(() -> part.run(number)));
            }
            var results = new ArrayList<T>();
            for (var each : running) {
                results.add(result(each));
            }
            return results;
        }
    }

    private static <T> T result(Future<T> part) throws SQLException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the attacks were interrupted", e);
        }
    }
}
