package hedgerow.server.auth;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.util.function.Function;

/// Something that must not work.
///
/// @param expected the one answer that is right: an attack that fails for another reason shows nothing
record Attack(String name, ProblemCode expected, Function<World, Answer> attempt) {

    @Override
    public String toString() {
        return name;
    }
}
