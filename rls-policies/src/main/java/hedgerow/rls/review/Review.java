package hedgerow.rls.review;

import java.util.List;

/// The result of a review.
///
/// @param coverage the extent of the review
/// @param server `PostgreSQL 18.6, database shop on db.example.org:5432`
/// @param connection the first line of every report: whether the connection's own role is bound at all
/// @param gaps the parts that could not be loaded or read, with file and line where there is one
/// @param assumptions inferences in place of configuration
/// @param roles login roles and the roles that they can become, by name
/// @param findings most severe first, then by rule and object
/// @param accepted findings that `hedgerow.yaml` accepts, in the same order
/// @param examined objects that no rule could read and that a person has examined
public record Review(
        Provenance provenance,
        Coverage coverage,
        String server,
        String connection,
        List<String> gaps,
        List<String> assumptions,
        List<ReviewedRole> roles,
        List<Finding> findings,
        List<Accepted> accepted,
        List<Examined> examined) {

    public Review {
        gaps = List.copyOf(gaps);
        assumptions = List.copyOf(assumptions);
        roles = List.copyOf(roles);
        findings = List.copyOf(findings);
        accepted = List.copyOf(accepted);
        examined = List.copyOf(examined);
    }

    /// Whether something could not be loaded or read.
    public boolean partial() {
        return !gaps.isEmpty();
    }
}
