package hedgerow.bench;

import java.util.Locale;

/// What is asked, again and again, by 32 connections at once.
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

    /// As files and load generators spell it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
