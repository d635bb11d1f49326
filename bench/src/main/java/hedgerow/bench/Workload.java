package hedgerow.bench;

import java.util.Locale;

/// The request that is repeated on 32 connections.
enum Workload {
    READ("read one order by its id"),
    LIST("list the 20 newest orders"),
    INSERT("insert an order"),

    /// In the way of a service with more than three statements: of our own services alone.
    MANY("read one order by one of %d different statements".formatted(Texts.ALL));

    private final String title;

    Workload(String title) {
        this.title = title;
    }

    boolean isAskedOf(String contestant) {
        return this != MANY || Contestants.OURS.contains(contestant);
    }

    String title() {
        return title;
    }

    /// The name in files and load generators.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
