package hedgerow.rls.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder layout of Liquibase: the scripts that its changelogs include, in their order; without a
/// changelog all scripts.
///
/// Changelogs are searched for includes, not run: changes written in a changelog itself are a gap.
///
/// @see <a href="https://docs.liquibase.com/change-types/include.html">Liquibase, include</a>
final class Liquibase {

    private static final Pattern MAY_BE_CHANGELOG =
            Pattern.compile("(?i)(.*/)?([^/]*(change|master|liquibase)[^/]*|change[^/]*/.*)\\.(xml|ya?ml|json)");
    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->|(?m)^\\s*#[^\n]*");
    private static final Pattern INCLUDED =
            Pattern.compile("\\b(file|path)[\"']?\\s*[=:]\\s*[\"']?(classpath:)?/?(?<name>[^\"'\\s>,}]+)");
    private static final Pattern SPELLED_OUT =
            Pattern.compile("(<|-\\s+|\")(sql|create\\w+|add\\w+|drop\\w+|rename\\w+)\\b(?!\\.)");

    private final Folder folder;
    private final Map<Path, String> changelogs = new HashMap<>();
    private final Set<Path> scripts = new LinkedHashSet<>();
    private final Set<Path> followed = new HashSet<>();
    private final List<String> missing = new ArrayList<>();

    private Liquibase(Folder folder) {
        this.folder = folder;
        folder.others().stream()
                .filter(file -> MAY_BE_CHANGELOG.matcher(Folder.slashed(file)).matches())
                .forEach(file -> {
                    var text = text(folder.root().resolve(file));
                    if (text.contains("databaseChangeLog")) {
                        changelogs.put(file, COMMENT.matcher(text).replaceAll(""));
                    }
                });
    }

    static Optional<Layout> layout(Folder folder, Optional<Parts> parts) {
        var all = new Liquibase(folder);
        if (all.changelogs.isEmpty() && parts.filter(Parts.LIQUIBASE::equals).isEmpty()) {
            return Optional.empty();
        }
        all.roots().forEach(all::follow);
        var label = Parts.LIQUIBASE.label();
        return Optional.of(
                all.scripts.isEmpty()
                        ? new Layout(label, Layout.BY_NAME, byName(folder.scripts()), all.missing)
                        : new Layout(label, "as its changelogs include them", List.copyOf(all.scripts), all.missing));
    }

    /// Changelogs that no other includes.
    private List<Path> roots() {
        var included = new HashSet<Path>();
        changelogs
                .keySet()
                .forEach(changelog -> names(changelog).forEach(name -> included.addAll(found(changelog, name))));
        return byName(changelogs.keySet()).stream()
                .filter(changelog -> !included.contains(changelog))
                .toList();
    }

    private void follow(Path changelog) {
        if (!followed.add(changelog)) {
            return;
        }
        if (SPELLED_OUT.matcher(changelogs.get(changelog)).find()) {
            missing.add("%s spells out changes, which were not run"
                    .formatted(folder.root().resolve(changelog)));
        }
        for (var name : names(changelog)) {
            var found = found(changelog, name);
            if (found.isEmpty()) {
                missing.add("%s: includes %s, which is not there"
                        .formatted(folder.root().resolve(changelog), name));
            }
            for (var file : found) {
                if (changelogs.containsKey(file)) {
                    follow(file);
                } else {
                    scripts.add(file);
                }
            }
        }
    }

    private List<String> names(Path changelog) {
        return INCLUDED.matcher(changelogs.get(changelog))
                .results()
                .map(found -> found.group("name").replaceFirst("^\\./", "").replaceFirst("/$", ""))
                .toList();
    }

    /// The scripts of an include: a file, or all files of a folder. Names are relative to the changelog or
    /// to the directory where Liquibase is started, which may be above the directory under review.
    private List<Path> found(Path changelog, String name) {
        var beside = Folder.slashed(Folder.parent(changelog).resolve(name).normalize());
        var all = Stream.concat(folder.scripts().stream(), changelogs.keySet().stream())
                .filter(file -> !file.equals(changelog))
                .toList();
        for (var wanted : List.of(beside, name)) {
            var found = all.stream()
                    .filter(file -> isIn(Folder.slashed(file), wanted))
                    .toList();
            if (!found.isEmpty()) {
                return byName(found);
            }
        }
        return byName(all.stream()
                .filter(file -> ("/" + name).endsWith("/" + Folder.slashed(file)))
                .toList());
    }

    private static boolean isIn(String file, String wanted) {
        return ("/" + file).endsWith("/" + wanted) || ("/" + file).contains("/" + wanted + "/");
    }

    private static List<Path> byName(Collection<Path> files) {
        return files.stream().sorted(Folder.BY_NAME).toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new LoadProblem(file + " cannot be read", "check who may read it");
        }
    }
}
