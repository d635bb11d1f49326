package hedgerow.server.cli;

import hedgerow.rls.review.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

/// Shows the present step in one line on a terminal, from the second on that somebody has to wait for it.
final class TerminalProgress implements Progress {

    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final int WIDTH = 78;
    private static final String BLANK = "\r" + " ".repeat(WIDTH) + "\r";

    private final PrintWriter err;
    private final Instant begun = Instant.now();
    private boolean shown;

    TerminalProgress(PrintWriter err) {
        this.err = err;
    }

    /// Whether somebody is watching.
    static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /// Whether it is a terminal, and NO_COLOR is not set.
    static boolean isColourful() {
        return isTerminal() && System.getenv("NO_COLOR") == null;
    }

    @Override
    public void at(String what, int done, int total) {
        say("%d/%d %s".formatted(done, total, what));
    }

    void say(String what) {
        if (isTerminal() && Instant.now().isAfter(begun.plus(PATIENCE))) {
            err.print(BLANK + what.substring(0, Math.min(what.length(), WIDTH)));
            err.flush();
            shown = true;
        }
    }

    void clear() {
        if (shown) {
            err.print(BLANK);
            err.flush();
        }
    }
}
