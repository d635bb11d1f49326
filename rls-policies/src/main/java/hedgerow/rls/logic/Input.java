package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprPrinter;
import hedgerow.rls.expr.Names;
import java.util.List;

/// A value that differs between sessions.
public sealed interface Input {

    /// A setting, `current_setting(name)`.
    record Setting(String name) implements Input {}

    /// A member of a setting that is JSON.
    record Claim(String setting, List<String> path) implements Input {}

    /// A call of a function whose body is not known and that does not read the row.
    record Call(Expr.Call call) implements Input {}

    /// The current user, `current_user` and its variants.
    record User() implements Input {}

    default String print(Names names) {
        return switch (this) {
            case Setting setting -> setting.name;
            case Claim claim -> claim.setting + "." + String.join(".", claim.path);
            case Call call -> new ExprPrinter(names).print(call.call);
            case User user -> "the role";
        };
    }
}
