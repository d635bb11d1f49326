package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprPrinter;
import hedgerow.rls.expr.Names;
import java.util.List;

/// Something that differs from session to session.
public sealed interface Input {

    /// `current_setting(name)`.
    record Setting(String name) implements Input {}

    /// A member of a setting that is JSON.
    record Claim(String setting, List<String> path) implements Input {}

    /// A function whose body is not known, and that does not look at the row.
    record Call(Expr.Call call) implements Input {}

    /// `current_user` and its kind.
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
