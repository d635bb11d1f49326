package hedgerow.server;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs one test class or method in a process of its own; the exit status reports whether it failed.
final class OneTest {

    static final int PASSED = 0;
    static final int FAILED = 10;
    static final int NOT_RUN = 11;

    private OneTest() {}

    public static void main(String[] arguments) {
        var test = arguments[0];
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        test.contains("#")
                                ? DiscoverySelectors.selectMethod(test)
                                : DiscoverySelectors.selectClass(test))
                .build();
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary);
        var seen = summary.getSummary();
        seen.getFailures().forEach(failure -> System.out.println(failure.getException()));
        System.exit(status(seen.getTestsFailedCount(), seen.getTestsSucceededCount()));
    }

    private static int status(long failed, long passed) {
        return failed > 0 ? FAILED : passed > 0 ? PASSED : NOT_RUN;
    }
}
