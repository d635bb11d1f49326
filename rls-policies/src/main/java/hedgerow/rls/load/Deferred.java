package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Statements that only a superuser may run, held back until no code of a script runs any longer.
///
/// Only kinds of statements that run no code themselves are held back: they are listed here one by one, and
/// sent as the tokens that were read.
final class Deferred {

    private static final Set<String> LANGUAGES = Set.of("sql", "plpgsql", "'sql'", "'plpgsql'");
    private static final Set<String> ALTERS_MORE =
            Set.of("add", "drop", "default", "using", "check", "column", "set", "execute", "attach", "validate");

    private final Connection admin;
    private final Notes notes;
    private final List<Late> late = new ArrayList<>();

    private record Late(String file, Statement statement, String searchPath) {}

    private final List<Leakproof> leakproof = new ArrayList<>();

    private record Leakproof(String file, Statement statement, String oid, String source) {}

    Deferred(Connection admin, Notes notes) {
        this.admin = admin;
        this.notes = notes;
    }

    /// Whether this statement needs a statement that waits.
    static boolean needsWhatWaits(Statement statement) {
        return statement.begins("alter", "publication");
    }

    /// Whether the statement waits; otherwise it is lost.
    boolean offer(String file, Statement statement, String searchPath) {
        var waits = isHarmless(statement)
                && statement.tokens().stream()
                        .noneMatch(token -> Tokens.name(token).equals(Sandbox.SUPERUSER));
        if (waits) {
            late.add(new Late(file, statement, searchPath));
        }
        return waits;
    }

    /// Holds back the LEAKPROOF of a function that has just been created without it.
    ///
    /// @param source by which to detect whether it has been replaced since
    void leakproof(String file, Statement statement, String oid, String source) {
        leakproof.add(new Leakproof(file, statement, oid, source));
    }

    void finish() throws SQLException {
        for (var one : late) {
            searchIn(one.searchPath());
            try {
                Sandbox.execute(admin, Tokens.statement(one.statement().tokens()));
            } catch (SQLException e) {
                if (needsWhatWaits(one.statement()) || !Notes.NOT_THERE.contains(e.getSQLState())) {
                    notes.failed(one.file(), one.statement(), e);
                } // otherwise it existed when the statement was refused, and has been dropped since
            }
        }
        for (var one : leakproof) {
            mark(one);
        }
        Sandbox.execute(admin, "set search_path = pg_catalog, pg_temp");
    }

    private void mark(Leakproof one) throws SQLException {
        var sql = "select format('alter routine %s leakproof', oid::regprocedure) from pg_proc"
                + " where oid = ?::oid and prosrc = ?";
        try (var statement = admin.prepareStatement(sql)) {
            statement.setString(1, one.oid());
            statement.setString(2, one.source());
            try (var row = statement.executeQuery()) {
                if (row.next()) {
                    Sandbox.execute(admin, row.getString(1));
                }
            }
        } catch (SQLException e) {
            notes.failed(one.file(), one.statement(), e);
        }
    }

    /// Sets the search path, which is any text: it is a parameter, never part of a statement.
    private void searchIn(String path) throws SQLException {
        try (var statement = admin.prepareStatement("select pg_catalog.set_config('search_path', ?, false)")) {
            statement.setString(1, path);
            statement.execute();
        }
    }

    private static boolean isHarmless(Statement statement) {
        return changesOwner(statement)
                || statement.begins("grant")
                || statement.begins("revoke")
                || statement.begins("alter", "default", "privileges")
                || statement.begins("create", "publication")
                || statement.begins("alter", "publication")
                || statement.begins("alter", "function") && statement.has("leakproof");
    }

    private static boolean changesOwner(Statement statement) {
        var size = statement.tokens().size();
        return size > 5
                && statement.begins("alter")
                && statement.word(size - 3).equals("owner")
                && statement.word(size - 2).equals("to")
                && statement.tokens().stream().noneMatch(token -> ALTERS_MORE.contains(token.toLowerCase(Locale.ROOT)));
    }

    /// Whether it is a function that the loader may create except for this word.
    static boolean isLeakproofFunction(Statement statement) {
        if (!statement.begins("create") || !statement.has("function") || !statement.has("leakproof")) {
            return false;
        }
        var tokens = statement.tokens();
        for (var i = 0; i + 1 < tokens.size(); i++) {
            if (Tokens.isWord(tokens.get(i), "language") && !LANGUAGES.contains(Tokens.name(tokens.get(i + 1)))) {
                return false;
            }
        }
        return true;
    }
}
