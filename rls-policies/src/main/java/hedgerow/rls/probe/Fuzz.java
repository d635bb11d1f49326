package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Random statements of the sessions of one login, over rows in random states.
///
/// A round brings the rows into another state, and runs some queries and writes of one session in it. What
/// an [Oracle] tells of is made smaller in rounds of its own.
final class Fuzz {

    private static final int QUERIES = 16;
    private static final int WRITES = 8;
    private static final int MOST_CHANGES = 20;
    private static final int MOST_PROFILES = 4;
    private static final int MOST_ATTEMPTS = 400;
    private static final int PROGRESS = 10_000;
    private static final String TIMED_OUT = "57014";

    private final Arena arena;
    private final Field field;
    private final Actors actors;
    private final Consumer<String> progress;
    private final Random random;
    private final Pool pool;
    private final RandomWrites writes;
    private final FuzzCells cells;
    private final boolean isOfRoles;
    private final Map<String, Scene> scenes = new HashMap<>();
    private final List<Trial> failed = new ArrayList<>();
    private long sent;

    /// A role with what it may read and write.
    private record Scene(
            List<Actor> own,
            List<Actor> foreign,
            List<Relation> readable,
            List<Relation> twins,
            List<Relation> writable,
            Questions questions) {}

    /// Random statements from one seed.
    ///
    /// @param isOfRoles whether tenants are roles
    Fuzz(
            Arena arena,
            Field field,
            Facts facts,
            Actors actors,
            ProbeOptions options,
            boolean isOfRoles,
            Consumer<String> progress) {
        this.arena = arena;
        this.field = field;
        this.actors = actors;
        this.progress = progress;
        this.isOfRoles = isOfRoles;
        this.random = new Random(options.seed());
        this.pool = new Pool(field, facts, random);
        this.writes = new RandomWrites(field, pool, random);
        this.cells = new FuzzCells(options);
    }

    /// Runs until this number of statements was sent.
    List<Attempt> run(List<Role> roles, long statements) throws SQLException {
        for (var role : roles) {
            scenes.put(role.name(), scene(role));
        }
        var playable = roles.stream()
                .filter(role -> !scenes.get(role.name()).own.isEmpty()
                        && !(scenes.get(role.name()).readable.isEmpty()
                                && scenes.get(role.name()).writable.isEmpty()))
                .toList();
        var next = 0L;
        while (sent < statements && !playable.isEmpty()) {
            if (sent >= next) {
                progress.accept("%,d random statements, %d leaks".formatted(sent, cells.leaks()));
                next += PROGRESS;
            }
            attempt(playable.get(random.nextInt(playable.size())));
        }
        return cells.attempts();
    }

    /// A round that ends in an unexpected error shows nothing.
    private void attempt(Role role) throws SQLException {
        try {
            round(role);
        } catch (SQLException e) {
            var failed = arena.failed(e);
            cells.fail(role, scenes.get(role.name()).readable, failed.reason());
            sent++;
        } finally {
            this.failed.clear();
        }
    }

    private Scene scene(Role role) throws SQLException {
        var readable = field.objects()
                .filter(object -> field.isOpen(role, object, Command.SELECT)
                        && !pool.columns(role, object, Command.SELECT).isEmpty())
                .toList();
        var twins = readable.stream().filter(object -> isTwin(role, object)).toList();
        var writable = field.objects()
                .filter(object -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                        .anyMatch(command -> field.isOpen(role, object, command)))
                .toList();
        return new Scene(
                actors.bound(role, Actor.Kind.OWN),
                actors.bound(role, Actor.Kind.FOREIGN),
                readable,
                twins,
                writable,
                new Questions(field, role, pool, random, readable, twins));
    }

    /// Whether the session's rows of it can be identified from outside.
    private boolean isTwin(Role role, Relation object) {
        return object.kind() == Relation.Kind.TABLE
                && field.truth().tables().contains(object)
                && field.columns(role, object, Command.SELECT).size()
                        == object.columns().size()
                && field.model().catalog().relations().values().stream()
                        .noneMatch(child -> child.parents().contains(object.oid()));
    }

    // --- rounds --------------------------------------------------------------------------------------------------

    private void round(Role role) throws SQLException {
        var scene = scenes.get(role.name());
        var isOwn = isOfRoles || scene.foreign.isEmpty() || random.nextBoolean();
        var attackers = isOwn ? scene.own : scene.foreign;
        var victims = isOwn ? scene.foreign : scene.own;
        var attacker = attackers.get(random.nextInt(Math.min(MOST_PROFILES, attackers.size())));
        var rightful = victims.stream()
                .filter(other -> other.profile() == attacker.profile())
                .findFirst();
        var home = isOwn ? Party.OWN : Party.FOREIGN;
        var state = writes.anybodys(MOST_CHANGES);
        arena.undone(() -> {
            arena.changeAll(state);
            if (!scene.readable.isEmpty()) {
                ask(scene, attacker, rightful, home, state);
            }
            if (!scene.writable.isEmpty()) {
                write(role, scene, attacker, rightful, home, state);
            }
            return 0;
        });
        for (var trial : failed) {
            judge(trial);
        }
    }

    private List<List<String>> as(Actor actor, List<String> queries) throws SQLException {
        sent += queries.size();
        return arena.undone(() -> {
            arena.become(actor);
            return arena.each(queries);
        });
    }

    // --- queries -------------------------------------------------------------------------------------------------

    private void ask(Scene scene, Actor attacker, Optional<Actor> rightful, Party home, List<String> state)
            throws SQLException {
        var asked = Stream.generate(scene.questions::next).limit(QUERIES).toList();
        var queries = asked.stream().map(each -> Trial.digest(each.sql())).toList();
        var answers = as(attacker, queries);
        twin(scene, attacker, home, state, asked, answers);
        partition(scene, attacker, home, state, asked, answers);
        var rightly = rightful.isPresent() ? as(rightful.get(), queries) : List.<List<String>>of();
        for (var i = 0; i < rightly.size(); i++) {
            if (isFull(rightly.get(i)) && !rightly.get(i).equals(answers.get(i))) {
                cells.control(Oracle.TWIN, attacker, asked.get(i).objects());
            }
        }
        disturb(attacker, rightful, home, state, asked, answers, rightly);
    }

    private void twin(
            Scene scene,
            Actor attacker,
            Party home,
            List<String> state,
            List<Question> asked,
            List<List<String>> answers)
            throws SQLException {
        var of = new ArrayList<Integer>();
        for (var i = 0; i < asked.size(); i++) {
            if (scene.twins.containsAll(asked.get(i).objects().toList()) && isAnswer(answers.get(i))) {
                of.add(i);
            }
        }
        var tables = of.stream().flatMap(i -> asked.get(i).objects()).distinct().toList();
        var twins = twins(attacker, home, tables);
        of.removeIf(i -> !twins.keySet().containsAll(asked.get(i).objects().toList()));
        var expected = arena.eachRow(
                of.stream().map(i -> Trial.digest(asked.get(i).sql(twins::get))).toList());
        sent += of.size();
        for (var i = 0; i < of.size(); i++) {
            var question = asked.get(of.get(i));
            cells.ran(Oracle.TWIN, attacker, question.objects(), question.sql());
            if (isAnswer(expected.get(i)) && !expected.get(i).equals(answers.get(of.get(i)))) {
                failed.add(Trial.of(Oracle.TWIN, attacker, home, state, question));
            }
        }
    }

    /// The tables as the twin writes them.
    ///
    /// @return the tables except for those whose rows the session may not be asked for
    private Map<Relation, String> twins(Actor attacker, Party home, List<Relation> tables) throws SQLException {
        var shown = as(attacker, tables.stream().map(Trial::visible).toList());
        var twins = new LinkedHashMap<Relation, String>();
        for (var i = 0; i < tables.size(); i++) {
            var visible = shown.get(i).getFirst();
            if (visible.startsWith("{")) {
                twins.put(
                        tables.get(i),
                        Trial.twin(
                                tables.get(i),
                                visible,
                                "%s or %s"
                                        .formatted(
                                                field.truth().isNobodys(tables.get(i)),
                                                field.truth().isForeign(tables.get(i), home))));
            }
        }
        return twins;
    }

    private void partition(
            Scene scene,
            Actor attacker,
            Party home,
            List<String> state,
            List<Question> asked,
            List<List<String>> answers)
            throws SQLException {
        var trials = new ArrayList<Trial>();
        var wholes = new ArrayList<List<String>>();
        var parts = new ArrayList<String>();
        for (var i = 0; i < asked.size(); i++) {
            var question = asked.get(i);
            if (question.isPlain() && isFull(answers.get(i)) && random.nextInt(3) == 0) {
                var condition = scene.questions.condition(question);
                trials.add(Trial.of(Oracle.PARTITION, attacker, home, state, question)
                        .splitBy(condition));
                wholes.add(answers.get(i));
                Trial.parts(question, condition).stream().map(Trial::digest).forEach(parts::add);
            }
        }
        var found = as(attacker, parts);
        for (var i = 0; i < trials.size(); i++) {
            var question = trials.get(i).question().orElseThrow();
            cells.ran(Oracle.PARTITION, attacker, question.objects(), question.sql());
            cells.control(Oracle.PARTITION, attacker, question.objects());
            if (isSplit(wholes.get(i), found.subList(3 * i, 3 * i + 3))) {
                failed.add(trials.get(i));
            }
        }
    }

    /// Whether the parts are not what the whole is.
    private static boolean isSplit(List<String> whole, List<List<String>> parts) {
        return isAnswer(whole)
                && parts.stream().allMatch(Fuzz::isAnswer)
                && !List.of(sum(parts, 0), sum(parts, 1)).equals(whole);
    }

    private static String sum(List<List<String>> parts, int place) {
        return parts.stream()
                .map(part -> new java.math.BigDecimal(part.get(place)))
                .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add)
                .toPlainString();
    }

    private void disturb(
            Actor attacker,
            Optional<Actor> rightful,
            Party home,
            List<String> state,
            List<Question> asked,
            List<List<String>> answers,
            List<List<String>> rightly)
            throws SQLException {
        var read = asked.stream()
                .flatMap(Question::objects)
                .filter(field.truth().tables()::contains)
                .distinct()
                .toList();
        var changes = writes.others(read.isEmpty() ? field.truth().tables() : read, home, MOST_CHANGES);
        var queries = asked.stream().map(each -> Trial.digest(each.sql())).toList();
        var again = arena.undone(() -> {
            arena.changeAll(changes);
            var now = as(attacker, queries);
            if (rightful.isPresent()) {
                var other = as(rightful.get(), queries);
                for (var i = 0; i < asked.size(); i++) {
                    if (!other.get(i).equals(rightly.get(i))) {
                        cells.control(
                                Oracle.INSENSITIVITY, attacker, asked.get(i).objects());
                    }
                }
            }
            return now;
        });
        for (var i = 0; i < asked.size(); i++) {
            var question = asked.get(i);
            if (isAnswer(answers.get(i))) {
                cells.ran(Oracle.INSENSITIVITY, attacker, question.objects(), question.sql());
            }
            if (isOther(answers.get(i), again.get(i))) {
                failed.add(Trial.of(Oracle.INSENSITIVITY, attacker, home, state, question)
                        .after(changes));
            }
        }
    }

    private static boolean isAnswer(List<String> answer) {
        return answer.size() == 2;
    }

    private static boolean isFull(List<String> answer) {
        return isAnswer(answer) && !answer.getFirst().equals("0");
    }

    /// Errors tell too, but for one that comes and goes with what else the machine does.
    private static boolean isOther(List<String> x, List<String> y) {
        return !x.equals(y) && !x.getFirst().equals(TIMED_OUT) && !y.getFirst().equals(TIMED_OUT);
    }

    // --- writes --------------------------------------------------------------------------------------------------

    private void write(Role role, Scene scene, Actor attacker, Optional<Actor> rightful, Party home, List<String> state)
            throws SQLException {
        var some = new ArrayList<RandomWrites.Write>();
        for (var i = 0; i < WRITES; i++) {
            writes.by(role, scene.writable, scene.questions).ifPresent(some::add);
        }
        var unknown =
                some.stream().filter(write -> !cells.isLeaking(attacker, write)).toList();
        if (isHarmful(attacker, home, unknown)) {
            failed.add(Trial.ofWrites(attacker, home, state, unknown));
        }
        some.forEach(write -> cells.ran(Oracle.WRITE, attacker, write));
        if (rightful.isPresent() && !some.stream().allMatch(write -> cells.isControlled(attacker, write))) {
            arena.undone(() -> {
                arena.become(rightful.get());
                for (var write : some) {
                    if (changes(write) > 0) {
                        cells.control(attacker, write);
                    }
                }
                return 0;
            });
        }
    }

    private boolean isHarmful(Actor attacker, Party home, List<RandomWrites.Write> some) throws SQLException {
        var before = field.truth().notOf(home);
        return arena.undone(() -> {
            var done = false;
            arena.become(attacker);
            for (var write : some) {
                done |= changes(write) != 0;
            }
            arena.becomeOneself();
            return done && !field.truth().notOf(home).equals(before);
        });
    }

    /// The number of rows that a write reports as changed; it leaves no trace if it fails.
    private int changes(RandomWrites.Write write) throws SQLException {
        sent++;
        try {
            return arena.whole(() -> {
                if (arena.tell(write.sql()) instanceof Answer.Done(var _, var changed)) {
                    return changed;
                }
                throw new SQLException("refused");
            });
        } catch (SQLException e) {
            arena.failed(e);
            return 0;
        }
    }

    // --- what failed ---------------------------------------------------------------------------------------------

    /// One leak of each object by each oracle is enough.
    private void judge(Trial trial) throws SQLException {
        if (cells.isKnown(trial) || !isFailing(trial)) {
            return;
        }
        var smallest = smallest(trial);
        var twins = smallest.oracle() == Oracle.TWIN
                ? inState(smallest, () -> twinsOf(smallest))
                : Map.<Relation, String>of();
        cells.leak(smallest, smallest.script(twins));
    }

    private Map<Relation, String> twinsOf(Trial trial) throws SQLException {
        return twins(
                trial.attacker(),
                trial.home(),
                trial.question().orElseThrow().objects().toList());
    }

    private Trial smallest(Trial trial) throws SQLException {
        var least = trial;
        var attempts = 0;
        for (var isLess = true; isLess; ) {
            isLess = false;
            for (var smaller : least.smaller()) {
                if (attempts++ < MOST_ATTEMPTS && isFailing(smaller)) {
                    least = smaller;
                    isLess = true;
                    break;
                }
            }
        }
        return least;
    }

    private <T> T inState(Trial trial, Arena.Work<T> work) throws SQLException {
        return arena.undone(() -> {
            arena.changeAll(trial.state());
            return work.run();
        });
    }

    private boolean isFailing(Trial trial) throws SQLException {
        return inState(trial, () -> switch (trial.oracle()) {
            case WRITE -> isHarmful(trial.attacker(), trial.home(), trial.writes());
            case TWIN -> isOtherThanTwin(trial);
            case PARTITION -> {
                var question = trial.question().orElseThrow();
                var all = new ArrayList<String>();
                all.add(question.sql());
                all.addAll(Trial.parts(question, trial.condition().orElseThrow()));
                var answers =
                        as(trial.attacker(), all.stream().map(Trial::digest).toList());
                yield isSplit(answers.getFirst(), answers.subList(1, 4));
            }
            case INSENSITIVITY -> isSensitive(trial);
        });
    }

    private boolean isOtherThanTwin(Trial trial) throws SQLException {
        var question = trial.question().orElseThrow();
        var answer = as(trial.attacker(), List.of(Trial.digest(question.sql()))).getFirst();
        var twins = twinsOf(trial);
        if (!twins.keySet().containsAll(question.objects().toList())) {
            return false;
        }
        var expected =
                arena.eachRow(List.of(Trial.digest(question.sql(twins::get)))).getFirst();
        return isAnswer(answer) && isAnswer(expected) && !answer.equals(expected);
    }

    /// Whether a query has another result with other foreign rows; one that varies by itself proves nothing.
    private boolean isSensitive(Trial trial) throws SQLException {
        var query = List.of(Trial.digest(trial.question().orElseThrow().sql()));
        var before = as(trial.attacker(), query).getFirst();
        var again = as(trial.attacker(), query).getFirst();
        var after = arena.undone(() -> {
            arena.changeAll(trial.disturbance());
            return as(trial.attacker(), query).getFirst();
        });
        return before.equals(again) && isOther(before, after);
    }
}
