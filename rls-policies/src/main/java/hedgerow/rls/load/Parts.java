package hedgerow.rls.load;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Comments of migration tools that divide one file into the changes and their reversal.
enum Parts {
    /// A format without a part that undoes the rest; statements end where a changeset begins.
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
    /// A format that needs both headings, because either word alone may be an ordinary comment.
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

    /// Whether an ordinary comment may have the same text.
    boolean isHeading() {
        return this == NODE_PG_MIGRATE || this == PLAIN;
    }

    /// The format whose comments a script has.
    static Optional<Parts> in(String script) {
        var lines = script.lines().map(String::strip).filter(Parts::mayDivide).toList();
        return Arrays.stream(values()).filter(parts -> parts.divides(lines)).findFirst();
    }

    /// Whether a line may divide a script; this check is cheap, because a script may have a million lines.
    private static boolean mayDivide(String line) {
        return line.startsWith("--") || line.startsWith(PLAY_REMARK);
    }

    private boolean divides(List<String> lines) {
        var hasUp = lines.stream().anyMatch(line -> up.matcher(line).matches());
        var hasDown = lines.stream().anyMatch(line -> down.matcher(line).matches());
        return this == PLAIN ? hasUp && hasDown : hasUp || hasDown;
    }

    /// Whether some part of a script undoes the rest.
    boolean undoes(String script) {
        return script.lines()
                .map(String::strip)
                .anyMatch(line -> down.matcher(line).matches());
    }

    /// The script without the part that undoes it, with every remaining line in its place.
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

    /// Whether a line ends a statement: the last statement of a changeset needs no semicolon.
    private boolean endsStatement(String line) {
        return this == LIQUIBASE && CHANGESET.matcher(line).matches();
    }

    /// Whether Play skips a line: it skips lines that cannot begin SQL, and doubles semicolons within a
    /// statement.
    private boolean isRemark(String line) {
        return this == PLAY && line.startsWith(PLAY_REMARK);
    }
}
