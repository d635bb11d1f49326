package hedgerow.rls.load;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Comments of migration tools that divide one file into what it does and what undoes it.
enum Parts {
    /// Undoes nothing, but ends statements where a changeset begins.
    LIQUIBASE("Liquibase", "(?i)--\\s*liquibase\\s+formatted\\s+sql.*", "(?!)"),
    GOOSE("goose", "--\\s*\\+goose\\s+Up\\b.*", "--\\s*\\+goose\\s+Down\\b.*"),
    SQL_MIGRATE("sql-migrate", "--\\s*\\+migrate\\s+Up\\b.*", "--\\s*\\+migrate\\s+Down\\b.*"),
    MICRATE("micrate", "--\\s*\\+micrate\\s+Up\\b.*", "--\\s*\\+micrate\\s+Down\\b.*"),
    DBMATE("dbmate", "--\\s*migrate:up\\b.*", "--\\s*migrate:down\\b.*"),
    NODE_PG_MIGRATE(
            "node-pg-migrate",
            "(?i)--[\\s-]*up\\s+migration(\\s*[(:-].*)?",
            "(?i)--[\\s-]*down\\s+migration(\\s*[(:-].*)?"),
    TERN("tern", "(?!)", "---- create above / drop below ----"),
    PLAY("Play evolutions", "(#|--).*!Ups.*", "(#|--).*!Downs.*"),
    MYBATIS("MyBatis Migrations", "(?!)", "(?i)--\\s*//\\s*@UNDO.*"),
    RAMBLER("rambler", "--\\s*rambler\\s+up\\b.*", "--\\s*rambler\\s+down\\b.*"),
    SHMIG("shmig", "--\\s*=+\\s*UP\\s*=+", "--\\s*=+\\s*DOWN\\s*=+"),
    /// Needs both, for either word alone may be a remark.
    PLAIN("up and down", "(?i)--[\\s!@+-]*up:?\\s*-*", "(?i)--[\\s!@+-]*down:?\\s*-*");

    private static final String PLAY_REMARK = "#";
    private static final Pattern CHANGESET = Pattern.compile("(?i)--\\s*changeset\\s.*");

    private final String label;
    private final Pattern up;
    private final Pattern down;

    Parts(String label, String up, String down) {
        this.label = label;
        this.up = Pattern.compile(up);
        this.down = Pattern.compile(down);
    }

    String label() {
        return label;
    }

    /// Whether a remark may read the same.
    boolean isHeading() {
        return this == NODE_PG_MIGRATE || this == PLAIN;
    }

    /// Whose comments a script has.
    static Optional<Parts> in(String script) {
        var lines = script.lines().map(String::strip).filter(Parts::mayDivide).toList();
        return Arrays.stream(values()).filter(parts -> parts.divides(lines)).findFirst();
    }

    /// Cheap, for a script may have a million lines.
    private static boolean mayDivide(String line) {
        return line.startsWith("--") || line.startsWith(PLAY_REMARK);
    }

    private boolean divides(List<String> lines) {
        var hasUp = lines.stream().anyMatch(line -> up.matcher(line).matches());
        var hasDown = lines.stream().anyMatch(line -> down.matcher(line).matches());
        return this == PLAIN ? hasUp && hasDown : hasUp || hasDown;
    }

    /// Whether some of it undoes the rest.
    boolean undoes(String script) {
        return script.lines()
                .map(String::strip)
                .anyMatch(line -> down.matcher(line).matches());
    }

    /// The script without what undoes it, with every line where it was.
    String withoutDown(String script) {
        var kept = new StringBuilder(script.length());
        var runs = true;
        for (var line : script.split("(?<=\n)")) {
            var text = line.strip();
            var divides = up.matcher(text).matches() || down.matcher(text).matches();
            runs = divides ? up.matcher(text).matches() : runs;
            kept.append(endsStatement(text) ? ";" : "");
            kept.append(runs && !divides && !isRemark(text) ? line : line.endsWith("\n") ? "\n" : "");
        }
        return this == PLAY ? kept.toString().replace(";;", ";") : kept.toString();
    }

    /// The last statement of a changeset needs no semicolon.
    private boolean endsStatement(String line) {
        return this == LIQUIBASE && CHANGESET.matcher(line).matches();
    }

    /// Play passes over lines that no SQL would begin with, and doubles semicolons within a statement.
    private boolean isRemark(String line) {
        return this == PLAY && line.startsWith(PLAY_REMARK);
    }
}
