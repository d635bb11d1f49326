package hedgerow.rls.policies;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `policies/access.tsv`: what each role may do with each table, as reviewed by people.
record AccessMatrix(Map<String, Map<String, Map<Command, Access>>> tables) {

    enum Command {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    /// `OWN`: rows of the actor itself. `SOME`: under conditions that tests of their own check.
    enum Access {
        YES,
        NO,
        OWN,
        SOME
    }

    static AccessMatrix read() {
        Map<String, Map<String, Map<Command, Access>>> tables = new LinkedHashMap<>();
        List<String> lines = lines();
        for (String line : lines.subList(1, lines.size())) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\\s+");
            tables.computeIfAbsent(cells[0], _ -> new LinkedHashMap<>()).put(cells[1], row(cells));
        }
        return new AccessMatrix(tables);
    }

    Access of(String table, String role, Command command) {
        return tables.getOrDefault(table, Map.of()).getOrDefault(role, Map.of()).getOrDefault(command, Access.NO);
    }

    private static Map<Command, Access> row(String[] cells) {
        Map<Command, Access> row = new EnumMap<>(Command.class);
        for (Command command : Command.values()) {
            row.put(command, Access.valueOf(cells[2 + command.ordinal()].toUpperCase(Locale.ROOT)));
        }
        return row;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("policies", "access.tsv"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
