package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/// The POMs of all modules keep what CONTRIBUTING.md promises of the build.
class BuildTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /// Failsafe obeys `skipITs`, which follows `skipTests`, unless a module decides for itself; and nothing
    /// else runs tests.
    @Test
    void skip_tests_skips_the_tests_of_every_module() throws Exception {
        assertThat(found("pom.xml", "/project/properties/skipITs")).containsExactly("${skipTests}");
        var modules = found("pom.xml", "//module").stream().map(module -> module + "/pom.xml");
        for (var pom : Stream.concat(Stream.of("pom.xml"), modules).toList()) {
            assertThat(found(pom, """
                //configuration//*[self::skip or self::skipTests or self::skipITs or self::skipExec]
                | //properties/*[self::maven.test.skip or self::skipITs[. != '${skipTests}']]
                | //execution[phase = 'test' or phase = 'integration-test']
                """)).as(pom).isEmpty();
        }
    }

    private static List<String> found(String pom, String path) throws Exception {
        var document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(pom).toFile());
        var nodes = (NodeList)
                XPathFactory.newDefaultInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .map(Node::getTextContent)
                .toList();
    }
}
