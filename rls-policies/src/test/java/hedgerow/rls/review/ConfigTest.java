package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

    private static final RuleCatalog RULES = RuleCatalog.load();

    @TempDir
    private Path folder;

    @Test
    void every_entry_is_read() throws IOException {
        var config = read("""
            schemas: [app, "Billing"]
            tenant_columns: [organization_id]
            tenant_variables:
              app.organization_id: uuid
            shared_tables: [app.currency]
            login_roles: [app_user]
            accepted:
              - rule: rls-not-forced
                object: app.audit*
                reason: written by the owner alone
                expires: 2030-01-31
            """);
        assertThat(config.schemas()).containsExactly("app", "Billing");
        assertThat(config.tenantVariables()).isEqualTo(Map.of("app.organization_id", "uuid"));
        assertThat(config.sharedTables()).containsExactly("app.currency");
        assertThat(config.accepted())
                .containsExactly(new Config.Acceptance(
                        "rls-not-forced",
                        "app.audit*",
                        "written by the owner alone",
                        Optional.of(LocalDate.of(2030, 1, 31)),
                        OptionalInt.of(8)));
    }

    @Test
    void a_file_that_is_missing_or_no_text_is_refused_as_such() throws IOException {
        assertThatThrownBy(() -> Config.read(folder.resolve("absent.yaml"), RULES))
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining("absent.yaml: there is no such file");
        var file = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Config.read(file, RULES))
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining("binary.yaml: cannot be read as UTF-8 text");
    }

    @Test
    void every_mistake_is_named_with_its_line() {
        assertThatThrownBy(() -> read("""
            schemas: app
            tenant_column: [organization_id]
            tenant_variables:
              app.tenant: string
            login_roles: [app, ""]
            accepted:
              - rule: rls-not-forcd
                object: app.t
                expires: soon
              - reason: because
            schemas: [b]
            """))
                .isInstanceOfSatisfying(
                        ConfigProblem.class,
                        problem -> assertThat(problem.toString())
                                .startsWith("error[config-refused]: ")
                                .contains(
                                        "hedgerow.yaml:2: unknown key tenant_column",
                                        "the keys are accepted, examined, ignored_schemas")
                                .contains("hedgerow.yaml:4: app.tenant has an unknown type")
                                .contains("hedgerow.yaml:5: must be a text")
                                .contains("hedgerow.yaml:7: there is no rule rls-not-forcd")
                                .contains("hedgerow.yaml:7: an accepted finding needs its reason")
                                .contains("hedgerow.yaml:9: expires must be a day")
                                .contains("hedgerow.yaml:10: an accepted finding needs its rule")
                                .contains("hedgerow.yaml:11: schemas is given twice"));
    }

    @Test
    void invalid_yaml_is_refused_with_its_line() {
        assertThatThrownBy(() -> read("schemas: [app\ntenant_columns: x\n"))
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining("hedgerow.yaml:2: ");
        assertThatThrownBy(() -> read("- app\n"))
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining("hedgerow.yaml:1: must have keys, of");
    }

    @Test
    void an_empty_file_configures_nothing() throws IOException {
        var config = read("# nothing\n");
        assertThat(config.schemas()).isEmpty();
        assertThat(config.accepted()).isEmpty();
    }

    @Test
    void the_file_is_found_in_the_folder_or_above_it() throws IOException {
        var file = Files.writeString(folder.resolve(Config.FILE), "");
        assertThat(Config.find(Files.createDirectories(folder.resolve("a/b")))).contains(file);
    }

    @Test
    void an_acceptance_covers_its_object_alone_and_until_its_day() {
        var today = LocalDate.of(2030, 1, 31);
        var findings = List.of(finding("app.audit"), finding("app.audit_log"), finding("app.invoice"));
        var exact = acceptance("app.audit", Optional.of(today));
        var glob = acceptance("app.audit*", Optional.empty());
        assertThat(new Acceptances(List.of(exact), findings, today).open())
                .extracting(Finding::object)
                .containsExactly("app.audit_log", "app.invoice");
        assertThat(new Acceptances(List.of(glob), findings, today).accepted()).hasSize(2);
        var late = new Acceptances(List.of(exact), findings, today.plusDays(1));
        assertThat(late.open()).hasSize(3);
        assertThat(late.notes())
                .containsExactly(
                        "hedgerow.yaml, line 1: the accepted rls-not-forced on app.audit expired on 2030-01-31");
        assertThat(new Acceptances(List.of(acceptance("appxaudit", Optional.empty())), findings, today).notes())
                .singleElement()
                .asString()
                .endsWith("is no longer found");
    }

    /// An undecided claim may still be refuted elsewhere, such as on a copy where leaks are tried.
    @Test
    void an_accepted_claim_is_missed_only_where_it_is_decided() throws IOException {
        var cell = new Cell(
                Claim.DISJOINT_READS,
                List.of("app"),
                "app.invoice",
                Cell.Kind.TABLE,
                "SELECT",
                new Verdict.Proved(List.of()),
                Optional.empty());
        assertThat(notesOn(cell)).singleElement().asString().endsWith("is no longer found");
        var undecided = new Cell(
                cell.claim(),
                cell.roles(),
                cell.object(),
                cell.kind(),
                cell.gate(),
                new Verdict.Unknown(List.of("a leak was found and not seen")),
                Optional.empty());
        assertThat(notesOn(undecided)).isEmpty();
    }

    private List<String> notesOn(Cell cell) throws IOException {
        var config = read("accepted: [{rule: prove-disjoint-reads, object: app.invoice, reason: because}]");
        var proofs = new Proofs(List.of(cell), List.of(), List.of(), List.of());
        return AcceptedProofs.apply(config, proofs, ProveOptions.DEFAULTS, LocalDate.of(2030, 1, 31))
                .assumptions();
    }

    private static Config.Acceptance acceptance(String object, Optional<LocalDate> expires) {
        return new Config.Acceptance("rls-not-forced", object, "because", expires, OptionalInt.of(1));
    }

    private static Finding finding(String object) {
        return new Finding("rls-not-forced", List.of(), Severity.ERROR, object, "", Optional.empty(), Optional.empty());
    }

    private Config read(String yaml) throws IOException {
        return Config.read(Files.writeString(folder.resolve(Config.FILE), yaml), RULES);
    }
}
