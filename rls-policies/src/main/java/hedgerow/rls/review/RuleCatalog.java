package hedgerow.rls.review;

import hedgerow.rls.review.RuleFolder.Body;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All rules, by slug: every folder of `rls-policies/rules` on the class path. Nothing is registered.
public final class RuleCatalog {

    private static final String ROOT = "/rls-policies/rules/";
    private static final String SETTINGS = "settings.sql";
    private static final String PACKAGE = "hedgerow.rls.review.rules.";

    private final String settings;
    private final List<RuleFolder> folders;

    RuleCatalog(String settings, List<RuleFolder> folders) {
        this.settings = settings;
        this.folders = folders;
    }

    /// Reads all rules.
    ///
    /// @throws IllegalStateException if a folder is not a complete rule
    public static RuleCatalog load() {
        try {
            var location = RuleCatalog.class.getResource(ROOT + SETTINGS).toURI();
            return location.getScheme().equals("jar")
                    ? fromJar(location)
                    : from(Path.of(location).getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public List<RulePage> pages() {
        return folders.stream().map(RuleFolder::page).toList();
    }

    public Optional<RulePage> page(String slug) {
        return pages().stream().filter(page -> page.slug().equals(slug)).findFirst();
    }

    List<RuleFolder> folders() {
        return folders;
    }

    /// The query that computes the settings.
    String settings() {
        return settings;
    }

    private static RuleCatalog fromJar(URI location) throws IOException {
        // A file system of its own: the one found by URI is shared by all threads.
        var file = Path.of(URI.create(location.getRawSchemeSpecificPart().split("!")[0]));
        try (var jar = FileSystems.newFileSystem(file)) {
            return from(jar.getPath(ROOT));
        }
    }

    private static RuleCatalog from(Path root) throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            var rules = folders.filter(Files::isDirectory).toList().parallelStream()
                    .map(RuleCatalog::folder)
                    .sorted((a, b) -> a.page().slug().compareTo(b.page().slug()))
                    .toList();
            return new RuleCatalog(Files.readString(root.resolve(SETTINGS)), rules);
        }
    }

    private static RuleFolder folder(Path folder) {
        try {
            var slug = folder.getFileName().toString().replace("/", "");
            return new RuleFolder(
                    PageReader.read(slug, Files.readString(folder.resolve("rule.md"))), body(folder, slug));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Body body(Path folder, String slug) throws IOException {
        var sql = folder.resolve("rule.sql");
        return Files.exists(sql) ? new RuleFolder.Sql(Files.readString(sql)) : new RuleFolder.Java(rule(slug));
    }

    private static Rule rule(String slug) {
        var name = Stream.of(slug.split("-"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining("", PACKAGE, ""));
        try {
            var constructor = Class.forName(name).asSubclass(Rule.class).getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("rule %s has neither rule.sql nor a class %s".formatted(slug, name), e);
        }
    }
}
