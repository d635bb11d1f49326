package hedgerow.rls.bind;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// An application that depends on the binder gets only the driver with it.
class BindArtifactTest {

    private static final Path SOURCES = Path.of("src/main/java");

    @Test
    void the_driver_is_the_only_dependency_of_an_application() throws Exception {
        assertThat(dependencies(Path.of("pom.xml"))).containsExactly("org.postgresql:postgresql");
        assertThat(dependencies(Path.of("../../pom.xml")))
                .as("those that every module inherits")
                .isEmpty();
    }

    /// Compiled with the whole class path of the tests, it names only classes of the JDK and of the driver.
    @Test
    void the_code_imports_the_jdk_and_the_driver_alone() throws IOException {
        try (var files = Files.list(SOURCES.resolve("hedgerow/rls/bind"))) {
            assertThat(files.flatMap(BindArtifactTest::lines).filter(line -> line.startsWith("import ")))
                    .isNotEmpty()
                    .allMatch(line -> line.matches("import (static )?(java|javax|org\\.postgresql)\\..*"));
        }
    }

    @Test
    void the_page_and_the_sample_have_its_coordinates() throws Exception {
        var pom = project(Path.of("pom.xml"));
        var version = text(children(pom, "parent").findFirst().orElseThrow(), "version");
        var coordinates = "<groupId>%s</groupId>\n  <artifactId>%s</artifactId>\n  <version>%s</version>"
                .formatted("dev.hedgerow", text(pom, "artifactId").orElseThrow(), version.orElseThrow());
        var page = Files.readString(Path.of("../../docs/binding.md"));
        assertThat(page.substring(0, page.indexOf("</dependency>"))).contains(coordinates);
        assertThat(Files.readString(Path.of("sample/pom.xml"))).contains(coordinates.replace("\n", "\n    "));
    }

    /// The dependencies of compile and run time scope.
    private static List<String> dependencies(Path pom) throws Exception {
        return children(project(pom), "dependencies")
                .flatMap(dependencies -> children(dependencies, "dependency"))
                .filter(dependency -> !text(dependency, "scope").equals(Optional.of("test")))
                .filter(dependency -> !text(dependency, "type").equals(Optional.of("test-jar")))
                .map(dependency -> text(dependency, "groupId").orElseThrow() + ":"
                        + text(dependency, "artifactId").orElseThrow())
                .toList();
    }

    private static Element project(Path pom) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getDocumentElement();
    }

    private static Optional<String> text(Element parent, String name) {
        return children(parent, name).map(Node::getTextContent).findFirst();
    }

    private static Stream<Element> children(Element parent, String name) {
        var children = parent.getChildNodes();
        return IntStream.range(0, children.getLength())
                .mapToObj(children::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(child -> child.getTagName().equals(name));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
