package hedgerow.server.auth;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.util.function.Function;

/// An attempt that must fail.
///
/// @param expected the only right problem: an attack that fails for another reason proves nothing
record Attack(String name, ProblemCode expected, Function<World, Answer> attempt) {

    @Override
    public String toString() {
        return name;
    }
}
