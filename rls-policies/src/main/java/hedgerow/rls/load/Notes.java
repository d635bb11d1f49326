package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What could not be loaded, and what was made up to load the rest.
final class Notes {

    private static final int MOST_GAPS = 500;
    private static final int LONGEST_TEXT = 80;

    private final List<String> gaps = new ArrayList<>();
    private final Set<String> assumptions = new LinkedHashSet<>();
    private int gapsNotShown;
    private int failedRows;
    private int skippedCopies;

    void failed(String file, ScriptPiece piece, SQLException e) {
        var what = e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
        gap(file, piece, "could not be loaded: %s (SQLSTATE %s)".formatted(what, e.getSQLState()));
    }

    void refused(String file, ScriptPiece piece, String why) {
        gap(file, piece, "refused: " + why);
    }

    void gap(String file, ScriptPiece piece, String what) {
        gap("%s:%d: %s: %s".formatted(file, piece.line(), what, shortened(piece.text())));
    }

    void gap(String gap) {
        if (gaps.size() < MOST_GAPS) {
            gaps.add(gap);
        } else {
            gapsNotShown++;
        }
    }

    void assume(String assumption) {
        assumptions.add(assumption);
    }

    /// A statement that only writes rows failed, most likely for want of other rows.
    void failedOnRows() {
        failedRows++;
    }

    void skippedCopy() {
        skippedCopies++;
    }

    List<String> gaps() {
        var all = new ArrayList<>(gaps);
        if (gapsNotShown > 0) {
            all.add("and %d statements more".formatted(gapsNotShown));
        }
        return all;
    }

    List<String> assumptions() {
        var all = new ArrayList<>(assumptions);
        if (skippedCopies > 0) {
            all.add("the data of %d COPY statements was skipped: rows are not reviewed".formatted(skippedCopies));
        }
        if (failedRows > 0) {
            all.add("%d statements that write rows failed on other rows, which are not reviewed".formatted(failedRows));
        }
        return all;
    }

    private static String shortened(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + "...";
    }
}
