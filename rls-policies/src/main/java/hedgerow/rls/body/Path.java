package hedgerow.rls.body;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A way through a part of a body.
///
/// @param label of the loop or block that EXIT or CONTINUE leaves; empty for the innermost loop
record Path(List<Step> steps, End end, String label) {

    private static final int MOST = 64;

    /// The continuation after a path.
    enum End {
        NEXT,
        EXIT,
        CONTINUE,
        NOTHING
    }

    static Path of(List<Step> steps) {
        return new Path(steps, End.NEXT, "");
    }

    static Path last(List<Step> steps) {
        return new Path(steps, End.NOTHING, "");
    }

    Path after(List<? extends Step> before) {
        return new Path(Stream.concat(before.stream(), steps.stream()).toList(), end, label);
    }

    Path before(List<? extends Step> after) {
        return end == End.NEXT
                ? Path.of(Stream.concat(steps.stream(), after.stream()).toList())
                : this;
    }

    Path as(End other) {
        return new Path(steps, other, "");
    }

    /// Each path through the first part, continued, where it goes on, by each path through the second.
    static List<Path> joined(List<Path> first, List<Path> second) {
        return few(first.stream()
                .flatMap(path ->
                        path.end == End.NEXT ? second.stream().map(next -> next.after(path.steps)) : Stream.of(path)));
    }

    static List<Path> either(List<Path> first, List<Path> second) {
        return few(Stream.concat(first.stream(), second.stream()));
    }

    static List<Path> each(List<Path> paths, UnaryOperator<Path> change) {
        return paths.stream().map(change).toList();
    }

    private static List<Path> few(Stream<Path> paths) {
        var all = new ArrayList<>(paths.limit(MOST + 1).toList());
        if (all.size() > MOST) {
            throw new NotModelled("more than %d ways".formatted(MOST));
        }
        return all;
    }

    static boolean mayGoOn(List<Path> paths) {
        return paths.stream().anyMatch(path -> path.end == End.NEXT);
    }

    /// The variables that get a value on some of the paths.
    static List<Integer> assigned(List<Path> paths) {
        var assigned = new TreeSet<Integer>();
        paths.stream().flatMap(path -> path.steps.stream()).forEach(step -> {
            switch (step) {
                case Step.Assign(var variable, var ignored) -> assigned.add(variable);
                case Step.Unknown(var variables, var ignored) -> assigned.addAll(variables);
                case Step.Into(var variables, var ignored) -> assigned.addAll(variables);
                case Step.Each(var variables, var ignored) -> assigned.addAll(variables);
                case Step.Write(var ignored, var into) -> assigned.addAll(into);
                case Step.Guard _, Step.Perform _, Step.Tell _, Step.Return _, Step.Raise _ -> {}
            }
        });
        return List.copyOf(assigned);
    }
}
