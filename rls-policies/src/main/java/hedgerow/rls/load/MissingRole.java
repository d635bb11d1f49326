package hedgerow.rls.load;

import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds the role whose absence made a statement fail.
final class MissingRole {

    private static final String UNDEFINED_OBJECT = "42704";
    private static final Pattern MESSAGE = Pattern.compile("role \"(.+)\" does not exist");

    private MissingRole() {}

    static Optional<String> in(SQLException e) {
        var message = MESSAGE.matcher(UNDEFINED_OBJECT.equals(e.getSQLState()) ? e.getMessage() : "");
        return message.find() ? Optional.of(message.group(1)) : Optional.empty();
    }
}
