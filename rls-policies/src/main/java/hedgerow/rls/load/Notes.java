package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The statements that could not be loaded, and the assumptions that were made to load the rest.
final class Notes {

    private static final int MOST_GAPS = 500;
    private static final int MOST_PLACES = 50;

    /// SQLSTATEs of a table, function, type, schema or column that does not exist.
    static final Set<String> NOT_THERE = Set.of("42P01", "42883", "42704", "3F000", "42703");

    private static final int LONGEST_TEXT = 80;

    private final List<String> gaps = new ArrayList<>();
    private final Map<String, String> lacking = new HashMap<>();
    private final Map<String, List<Place>> places = new HashMap<>();
    private final Set<String> assumptions = new LinkedHashSet<>();
    private int gapsNotShown;
    private int failedRows;
    private int failedIndexes;
    private int skippedCopies;

    private record Place(String file, int line) {}

    void failed(String file, ScriptPiece piece, SQLException e) {
        var what = "could not be loaded: " + firstLine(e);
        if (NOT_THERE.contains(e.getSQLState())) {
            lacking(file, piece, what);
        } else {
            gap(file, piece, what);
        }
    }

    /// Notes a failure for want of something. Failures for want of one thing are one gap with all its
    /// places: a missing extension may cost a hundred statements.
    void lacking(String file, ScriptPiece piece, String what) {
        var gap = lacking.get(what);
        if (gap != null) {
            places.get(gap).add(new Place(file, piece.line()));
        } else if (gaps.size() < MOST_GAPS) {
            gap(file, piece, what);
            lacking.put(what, gaps.getLast());
            places.put(gaps.getLast(), new ArrayList<>(List.of(new Place(file, piece.line()))));
        } else {
            gapsNotShown++;
        }
    }

    /// The first line of an error, such as `relation "x" does not exist (SQLSTATE 42P01)`.
    static String firstLine(SQLException e) {
        var what = e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
        return "%s (SQLSTATE %s)".formatted(what, e.getSQLState());
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

    /// Notes the failure of a statement that only writes rows, most likely for want of other rows.
    void failedOnRows() {
        failedRows++;
    }

    /// Notes the failure of an index with an unknown access method or operator class: no rule needs it.
    void failedIndex() {
        failedIndexes++;
    }

    void skippedCopy() {
        skippedCopies++;
    }

    List<String> gaps() {
        var all = new ArrayList<>(gaps.stream()
                .map(gap -> gap + others(places.getOrDefault(gap, List.of())))
                .toList());
        if (gapsNotShown > 0) {
            all.add("and %d more gaps, which are not shown".formatted(gapsNotShown));
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

    /// The other places, such as `; likewise line 7, 9, b.sql:2, 4`.
    private static String others(List<Place> places) {
        if (places.size() < 2) {
            return "";
        }
        var more = places.subList(1, places.size());
        var text = new StringBuilder("; likewise ");
        var file = places.getFirst().file();
        text.append(more.getFirst().file().equals(file) ? "line " : "");
        for (var place : more.subList(0, Math.min(MOST_PLACES, more.size()))) {
            text.append(place.file().equals(file) ? "" : place.file() + ":")
                    .append(place.line())
                    .append(", ");
            file = place.file();
        }
        text.setLength(text.length() - 2);
        return more.size() > MOST_PLACES
                ? "%s and %d more".formatted(text, more.size() - MOST_PLACES)
                : text.toString();
    }

    private static String shortened(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + "...";
    }
}
