package hedgerow.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A psql command in a script.
///
/// A script may use the commands of [#HARMLESS] and no others, so that a command which a later psql adds is
/// refused until someone has reviewed it.
///
/// @param name with its backslash
/// @param arguments in their original spelling
record MetaCommand(String name, List<String> arguments) {

    private static final Set<String> WHOLE_LINE =
            Set.of("\\copy", "\\!", "\\h", "\\help", "\\sf", "\\sf+", "\\sv", "\\sv+", "\\ef", "\\ev");
    private static final Set<String> WRITES_FILE = Set.of("\\g", "\\gx", "\\o", "\\out", "\\w", "\\write");
    private static final Set<String> INCLUDES = Set.of("\\i", "\\include", "\\ir", "\\include_relative");
    private static final Set<String> SENDS = Set.of("\\g", "\\gx", "\\gset", "\\gdesc", "\\gexec", "\\crosstabview");
    private static final Set<String> BRANCHES = Set.of("\\if", "\\elif", "\\else", "\\endif");
    private static final Set<String> HARMLESS = Set.of("""
        \\a \\C \\H \\T \\t \\x \\f \\pset \\timing \\echo \\qecho \\warn \\p \\print \\r \\reset \\set \\unset
        \\g \\gx \\gset \\gdesc \\crosstabview \\bind \\if \\elif \\else \\endif
        \\copy \\o \\out \\w \\write \\i \\include \\ir \\include_relative
        \\sf \\sf+ \\sv \\sv+ \\l \\l+ \\z \\zS \\h \\help \\? \\conninfo \\errverbose \\copyright
        """.strip().split("\\s+"));
    private static final Pattern DESCRIBES = Pattern.compile("\\\\d[A-Za-z]*[S+x]*");

    /// The variables that a script may not set, because the check relies on their values.
    private static final Set<String> KEPT_VARIABLES =
            Set.of("AUTOCOMMIT", "ON_ERROR_STOP", "ON_ERROR_ROLLBACK", "SINGLELINE", "SINGLESTEP");

    private static final Pattern COPY_SOURCE = Pattern.compile("(?i)\\b(?:from|to)\\s+(?<source>\\w+)");
    private static final Pattern PARTS = Pattern.compile("(?s)(?<name>\\\\[^\\s\\\\]*)(?<rest>.*)");
    private static final Pattern ARGUMENT =
            Pattern.compile("('(?:[^'\\\\]|\\\\.|'')*'|\"[^\"]*\"|`[^`]*`|[^\\s'\"`])+");

    static MetaCommand of(SqlToken token) {
        var parts = PARTS.matcher(token.text());
        parts.matches();
        var rest = parts.group("rest");
        if (takesWholeLine(parts.group("name"))) {
            return new MetaCommand(parts.group("name"), List.of(rest.strip()));
        }
        var arguments = new ArrayList<String>();
        var argument = ARGUMENT.matcher(rest.endsWith("\\\\") ? rest.substring(0, rest.length() - 2) : rest);
        while (argument.find()) {
            arguments.add(argument.group());
        }
        return new MetaCommand(parts.group("name"), arguments);
    }

    static boolean takesWholeLine(String name) {
        return WHOLE_LINE.contains(name);
    }

    static boolean writesFile(String name) {
        return WRITES_FILE.contains(name);
    }

    boolean isBranch() {
        return BRANCHES.contains(name);
    }

    int opens() {
        return name.equals("\\if") ? 1 : 0;
    }

    int closes() {
        return name.equals("\\endif") ? 1 : 0;
    }

    /// Whether it sends, or discards, the statement before it.
    boolean ends() {
        return SENDS.contains(name) || name.equals("\\r") || name.equals("\\reset");
    }

    /// Whether the lines after it are data rather than code.
    boolean readsData() {
        return name.equals("\\copy") && copySource().equals("stdin");
    }

    boolean includes() {
        return INCLUDES.contains(name);
    }

    boolean includesRelatively() {
        return name.equals("\\ir") || name.equals("\\include_relative");
    }

    /// The only argument of `\i`, as a path.
    String includedFile() {
        return plain(arguments.isEmpty() ? "" : arguments.getFirst());
    }

    /// The reason why a script may not use it; empty if it may.
    Optional<String> refusal() {
        if (!HARMLESS.contains(name) && !DESCRIBES.matcher(name).matches()) {
            return Optional.of(name);
        }
        if (!takesWholeLine(name) && arguments.stream().anyMatch(argument -> argument.contains("`"))) {
            return Optional.of(name + " with a shell command in backquotes");
        }
        if (writesFile(name)) {
            return arguments.stream().filter(MetaCommand::mayBePipe).findFirst().map(_ -> name + " into a program");
        }
        if (name.equals("\\set") || name.equals("\\unset")) {
            return changedVariable();
        }
        if (includes()) {
            return includedFileRefusal();
        }
        return name.equals("\\copy") ? copyRefusal() : Optional.empty();
    }

    private static boolean mayBePipe(String argument) {
        return plain(argument).startsWith("|") || argument.startsWith(":");
    }

    private Optional<String> changedVariable() {
        var variable = arguments.isEmpty() ? "" : plain(arguments.getFirst());
        return KEPT_VARIABLES.contains(variable) || variable.contains(":")
                ? Optional.of("%s %s".formatted(name, variable))
                : Optional.empty();
    }

    private Optional<String> includedFileRefusal() {
        var file = arguments.isEmpty() ? "" : arguments.getFirst();
        var unknown = file.isEmpty() || file.contains(":") || file.startsWith("-") || file.startsWith("~");
        return unknown ? Optional.of(name + " of a file that is not known before it runs") : Optional.empty();
    }

    static String plain(String argument) {
        var quoted = argument.length() > 1 && (argument.startsWith("'") || argument.startsWith("\""));
        return quoted ? argument.substring(1, argument.length() - 1).replace("''", "'") : argument;
    }

    /// The source or target of `\copy`: the text after FROM or TO outside quotes and parentheses.
    private String copySource() {
        var words = arguments.getFirst().replaceAll("'[^']*'|\"[^\"]*\"", "'");
        for (var bare = ""; !bare.equals(words); ) {
            bare = words;
            words = bare.replaceAll("\\([^()]*\\)", " ");
        }
        var source = COPY_SOURCE.matcher(words);
        return source.find() ? source.group("source").toLowerCase(Locale.ROOT) : "";
    }

    private Optional<String> copyRefusal() {
        return Optional.of(copySource())
                .filter(source -> source.equals("program") || source.equals("pstdin"))
                .map(source -> "\\copy with " + source);
    }
}
