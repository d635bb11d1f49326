package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The statements that could not be loaded, and the assumptions that were made to load the rest.
final class Notes {

    private static final int MOST_GAPS = 500;
    private static final int LONGEST_TEXT = 80;

    private final List<String> gaps = new ArrayList<>();
    private final Set<String> assumptions = new LinkedHashSet<>();
    private final Set<String> unknownVariables = new HashSet<>();
    private int gapsNotShown;
    private int failedRows;
    private int failedIndexes;
    private int skippedCopies;

    void failed(String file, ScriptPiece piece, SQLException e) {
        gap(file, piece, "could not be loaded: " + firstLine(e));
    }

    /// `relation "x" does not exist (SQLSTATE 42P01)`
    static String firstLine(SQLException e) {
        var what = e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
        return "%s (SQLSTATE %s)".formatted(what, e.getSQLState());
    }

    void refused(String file, ScriptPiece piece, String why) {
        gap(file, piece, "refused: " + why);
    }

    /// Once for each name, for scripts tend to set the same variables.
    void unknownVariable(String file, ScriptPiece.Command set) {
        if (unknownVariables.add(set.plainArguments().getFirst())) {
            gap(file, set, "the value comes from a program, so that the variable stands for its own name");
        }
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

    /// An index of an access method or operator class that is not there: no rule needs it.
    void failedIndex() {
        failedIndexes++;
    }

    void skippedCopy() {
        skippedCopies++;
    }

    List<String> gaps() {
        var all = new ArrayList<>(gaps);
        if (gapsNotShown > 0) {
            all.add("and %d gaps more, which are not shown".formatted(gapsNotShown));
        }
        return all;
    }

    List<String> assumptions() {
        var all = new ArrayList<>(assumptions);
        if (skippedCopies > 0) {
            all.add("the data of %d COPY statements was skipped: rows are not reviewed".formatted(skippedCopies));
        }
        if (failedRows > 0) {
            all.add("%d statements that write rows failed: rows are not reviewed".formatted(failedRows));
        }
        if (failedIndexes > 0) {
            all.add("%d indexes of access methods that the server does not have were left out"
                    .formatted(failedIndexes));
        }
        return all;
    }

    private static String shortened(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + "...";
    }
}
