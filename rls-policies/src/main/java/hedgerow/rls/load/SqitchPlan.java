package hedgerow.rls.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The changes of `sqitch.plan`, in its order: `deploy/<change>.sql`, and `deploy/<change>@<tag>.sql` for a
/// change that is reworked after that tag.
///
/// @see <a href="https://sqitch.org/docs/manual/sqitchtutorial/">sqitchtutorial</a>
final class SqitchPlan {

    private static final String PLAN = "sqitch.plan";
    private static final Pattern CHANGE = Pattern.compile("\\s*\\+?\\s*(?<name>[^\\s@#%+:\\[-][^\\s@]*)(\\s.*)?");
    private static final Pattern TAG = Pattern.compile("\\s*(?<name>@\\S+)(\\s.*)?");

    private SqitchPlan() {}

    /// The layout of a folder with a plan, which is in the folder or below it; or above, where the folder
    /// is `deploy`.
    static Optional<Layout> layout(Folder folder) {
        var below = folder.others().stream()
                .filter(file -> Folder.name(file).equals(PLAN))
                .map(folder.root()::resolve)
                .toList();
        var above = folder.root().resolveSibling(PLAN);
        var plans = below.isEmpty() && Files.isRegularFile(above) && isDeploy(folder) ? List.of(above) : below;
        return plans.isEmpty() ? Optional.empty() : Optional.of(of(folder, plans));
    }

    private static boolean isDeploy(Folder folder) {
        return Path.of(folder.realPath()).endsWith("deploy");
    }

    private static Layout of(Folder folder, List<Path> plans) {
        var files = new ArrayList<Path>();
        var missing = new ArrayList<String>();
        for (var plan : plans) {
            for (var change : changes(plan)) {
                var script = plan.resolveSibling("deploy").resolve(change);
                if (Files.isRegularFile(script)) {
                    files.add(folder.root().relativize(script));
                } else {
                    missing.add("%s: the plan lists %s, which does not exist".formatted(plan, script));
                }
            }
        }
        return new Layout("Sqitch", "in the order of the plan", files, missing);
    }

    private static List<Path> changes(Path plan) {
        var lines = lines(plan);
        return IntStream.range(0, lines.size())
                .filter(i -> CHANGE.matcher(lines.get(i)).matches())
                .mapToObj(i -> script(plan, lines, i))
                .toList();
    }

    private static List<String> lines(Path plan) {
        try {
            return Files.readAllLines(plan);
        } catch (IOException e) {
            throw new LoadProblem(plan + " cannot be read", "check who may read it, and that it is UTF-8");
        }
    }

    private static Path script(Path plan, List<String> lines, int at) {
        var name = name(lines.get(at));
        var again = IntStream.range(at + 1, lines.size())
                .filter(i -> CHANGE.matcher(lines.get(i)).matches()
                        && name(lines.get(i)).equals(name))
                .findFirst();
        return lines.subList(at, again.orElse(at)).stream()
                .map(TAG::matcher)
                .filter(tag -> tag.matches())
                .map(tag -> Path.of(name + tag.group("name") + ".sql"))
                .filter(script ->
                        Files.isRegularFile(plan.resolveSibling("deploy").resolve(script)))
                .findFirst()
                .orElse(Path.of(name + ".sql"));
    }

    private static String name(String line) {
        var change = CHANGE.matcher(line);
        return change.matches() ? change.group("name") : "";
    }
}
