package hedgerow.rls.report;

import hedgerow.rls.prove.Leak;
import hedgerow.rls.review.Accepted;
import hedgerow.rls.review.Coverage;
import hedgerow.rls.review.Examined;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Location;
import hedgerow.rls.review.Provenance;
import hedgerow.rls.review.ReviewedRole;
import hedgerow.rls.review.Severity;
import java.io.Writer;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/// The structure of `docs/review.schema.json`. The names of the components are the names in the JSON, in
/// snake case.
record JsonReport(
        int version,
        Provenance reviewed,
        Coverage coverage,
        Summary summary,
        Optional<String> hint,
        String server,
        String connection,
        boolean partial,
        List<String> gaps,
        List<String> assumptions,
        Verdict verdict,
        List<ReviewedRole> roles,
        List<Item> findings,
        List<AcceptedItem> accepted,
        List<Examined> examined,
        List<AccessMatrix.Row> access,
        List<String> accessOmitted) {

    private static final int VERSION = 2;

    /// The mapper: stable order, and lower case as in SQL.
    static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    /// The verdict of the review.
    ///
    /// @param failed whether some finding outside the baseline is at `failOn` or above
    record Verdict(boolean failed, Severity failOn, long error, long warn, long info) {}

    /// A group of findings.
    ///
    /// @param known whether the baseline contains it
    record Item(String rule, List<String> leak, Severity severity, String detail, boolean known, List<Place> places) {

        static Item of(Group group) {
            return new Item(
                    group.rule(),
                    group.leaks(),
                    group.severity(),
                    group.detail(),
                    group.known(),
                    group.places().stream().map(Place::of).toList());
        }
    }

    record Place(
            String object,
            Optional<String> fix,
            Optional<Location> location,
            String fingerprint,
            Optional<Broken> leak) {

        static Place of(Finding finding) {
            return new Place(
                    finding.object(),
                    finding.fix(),
                    finding.location(),
                    Fingerprint.of(finding),
                    finding.leak().map(Broken::of));
        }
    }

    /// A leak that the prover found.
    record Broken(Leak.Kind leaks, boolean seen, List<String> story, Optional<String> script) {

        static Broken of(Leak leak) {
            var script = Optional.of(leak.script()).filter(text -> !text.isEmpty());
            return new Broken(leak.kind(), leak.seen(), leak.story(), script);
        }
    }

    record AcceptedItem(String rule, String object, Severity severity, String reason, Optional<LocalDate> expires) {

        static AcceptedItem of(Accepted accepted) {
            var finding = accepted.finding();
            return new AcceptedItem(
                    finding.rule(), finding.object(), finding.severity(), accepted.reason(), accepted.expires());
        }
    }

    static void write(Report report, Writer out) {
        JSON.writeValue(out, of(report));
    }

    private static JsonReport of(Report report) {
        var review = report.review();
        return new JsonReport(
                VERSION,
                review.provenance(),
                review.coverage(),
                Summary.of(report),
                report.hint(),
                review.server(),
                review.connection(),
                review.partial(),
                review.gaps(),
                review.assumptions(),
                new Verdict(
                        report.fails(),
                        report.failOn(),
                        report.count(Severity.ERROR),
                        report.count(Severity.WARN),
                        report.count(Severity.INFO)),
                review.roles(),
                report.groups().stream().map(Item::of).toList(),
                review.accepted().stream().map(AcceptedItem::of).toList(),
                review.examined(),
                report.access().rows(),
                report.access().omitted());
    }
}
