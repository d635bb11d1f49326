package hedgerow.rls.report;

import hedgerow.rls.review.Finding;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Identifies a finding across reviews: by the rule and the object, not by the wording.
final class Fingerprint {

    private Fingerprint() {}

    static String of(Finding finding) {
        return of(finding.rule(), finding.object());
    }

    static String of(String rule, String object) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(rule.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(object.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
