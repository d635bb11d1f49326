package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprPrinter;
import hedgerow.rls.expr.Names;
import java.util.List;
import java.util.stream.Collectors;

/// A value that differs between sessions.
public sealed interface Input {

    /// A setting, `current_setting(name)`.
    record Setting(String name) implements Input {}

    /// One of the values that a setting holds.
    sealed interface Member extends Input {
        String setting();
    }

    /// A member of a setting that is JSON.
    record Claim(String setting, List<String> path) implements Member {}

    /// A part of a setting that is text with separators, `split_part(...)`.
    record Part(String setting, List<Split> splits) implements Member {}

    /// The part with a number, from 1 on, of what a separator separates.
    record Split(String separator, int number) {}

    /// A call of a function whose body is not known and that does not read the row.
    record Call(Expr.Call call) implements Input {}

    /// The current user, `current_user` and its variants.
    record User() implements Input {}

    default String print(Names names) {
        return switch (this) {
            case Setting setting -> setting.name;
            case Claim claim -> claim.setting + "." + String.join(".", claim.path);
            case Part part ->
                part.splits.reversed().stream()
                        .map(split -> "part %d of ".formatted(split.number))
                        .collect(Collectors.joining("", "", part.setting));
            case Call call -> new ExprPrinter(names).print(call.call);
            case User user -> "the role";
        };
    }
}
