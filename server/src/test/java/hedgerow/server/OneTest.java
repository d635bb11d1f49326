package hedgerow.server;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs one test class or method in a process of its own, which ends at the first failure; the exit status reports
/// whether there was one.
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
        LauncherFactory.create().execute(request, summary, new Failures());
        System.exit(summary.getSummary().getTestsSucceededCount() > 0 ? PASSED : NOT_RUN);
    }

    private static final class Failures implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                result.getThrowable().ifPresent(System.out::println);
                System.exit(FAILED);
            }
        }
    }
}
