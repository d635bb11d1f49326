package hedgerow.bench;

import java.util.Locale;

/// The request that is repeated on 32 connections.
enum Workload {
    READ("read one order by its id"),
    LIST("list the 20 newest orders"),
    INSERT("insert an order");

    private final String title;

    Workload(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /// The name in files and load generators.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
