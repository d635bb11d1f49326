package hedgerow.rls.report;

import hedgerow.rls.prove.Claim;
import java.util.List;
import java.util.Map;

/// The part of a report about claims that does not depend on how they were decided.
///
/// @param tool that wrote it, such as `hedgerow prove`
/// @param server version and database, in a few words
/// @param gaps the objects that were not examined, one line each
/// @param assumptions under which every outcome holds, one sentence each
/// @param risks that no claim covers, one sentence each
/// @param summary the outcome of each claim, in their order
/// @param conclusion of all
record ClaimsFrame(
        String tool,
        String server,
        List<String> gaps,
        List<String> assumptions,
        List<String> risks,
        Map<Claim, String> summary,
        String conclusion) {}
