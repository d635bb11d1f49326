package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md and the code agree on the packages and on their dependencies.
class ArchitectureTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("ARCHITECTURE.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.*]+)` \\| [^|]+ \\|([^|]*)\\|$");
    private static final Pattern NAME = Pattern.compile("`([a-z.*]+)`");

    private static final Pattern WORKER =
            Pattern.compile("hedgerow[.]server[.](work|chain|provider|link|bill)([.].*)?");
    private static final Pattern CLOCK = Pattern.compile(
            "^java[.](time[.]\\w+[.](now|system|tick)|lang[.]System[.]currentTime|util[.]Date[.]<init>)");

    /// Sub-packages that share one row of the page.
    private static final Pattern AREA = Pattern.compile("^mappers\\.\\w+$");

    @Test
    void the_table_of_packages_is_that_of_the_code() throws IOException {
        assertThat(documented()).isEqualTo(actual());
    }

    /// Only times of signatures, and dates that others name, are compared with the clock of the machine.
    @Test
    void the_worker_goes_by_the_clock_of_the_database() {
        assertThat(classes().stream()
                        .filter(type -> WORKER.matcher(type.getPackageName()).matches())
                        .flatMap(type -> type.getMethodCallsFromSelf().stream())
                        .filter(call ->
                                CLOCK.matcher(call.getTarget().getFullName()).find())
                        .map(call -> call.getOriginOwner().getSimpleName() + "."
                                + call.getOrigin().getName())
                        .distinct()
                        .sorted())
                .containsExactly("ProviderWebhooks.keep", "WebhookMessage.of", "WebhookSender.retryAfter");
    }

    private static Map<String, Set<String>> documented() throws IOException {
        return ROW.matcher(Files.readString(PAGE))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> NAME.matcher(row.group(2))
                                .results()
                                .map(name -> name.group(1))
                                .collect(Collectors.toCollection(TreeSet::new)),
                        (first, second) -> first,
                        TreeMap::new));
    }

    private static Map<String, Set<String>> actual() {
        var classes = classes();
        var uses = new TreeMap<String, Set<String>>();
        for (var type : classes) {
            uses.computeIfAbsent(packageOf(type), name -> new TreeSet<>()).addAll(usedBy(type, classes));
        }
        uses.forEach((user, used) -> used.remove(user));
        return uses;
    }

    private static JavaClasses classes() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages("hedgerow");
    }

    private static Set<String> usedBy(JavaClass type, JavaClasses house) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(Dependency::getTargetClass)
                .filter(target -> house.contain(target.getName()))
                .map(ArchitectureTest::packageOf)
                .collect(Collectors.toSet());
    }

    private static String packageOf(JavaClass type) {
        var name = type.getPackageName().replaceFirst("^hedgerow\\.", "");
        return AREA.matcher(name).replaceFirst("mappers.*");
    }
}
