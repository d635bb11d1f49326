package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Tenancy;
import hedgerow.rls.smt.Terms;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Decides the claims for every role under review and every object that it has a privilege on.
public final class Prover {

    private static final Comparator<Cell> ORDER = Comparator.comparing(Cell::claim)
            .thenComparing(Cell::object)
            .thenComparing(Cell::gate)
            .thenComparing(cell -> cell.roles().toString());

    private static final Verdict OUT_OF_TIME = new Verdict.Unknown(List.of("time ran out before it was asked"));

    private static final String NOT_TRIED = "it was not tried on a copy";

    /// The most models whose texts are made to fit.
    /// The number of rows that a function is asked for, if it can be: one row alone may be another.
    private static final int MANY = 100;

    private static final int MOST_FITS = 3;

    private final Model model;
    private final Tenancy tenancy;
    private final ProveOptions options;
    private final Tables tables;
    private final Memberships memberships;
    private final Views views;
    private final Functions functions;
    private final Triggers triggers;
    private final SetOff setOff;
    private final Rules rules;
    private final List<Relation> reviewed;
    private final RoleClasses classes;
    private final Powers powers;
    private final Forms forms;
    private final Homes homes;
    private final Causes causes;
    private final Optional<Replay> replay;
    private final Optional<Exported> exported;
    /// Whether each question is answered by itself, because the answer is shown.
    private final boolean thorough;
    private final Optional<Passers> passers;

    private Prover(
            Connection connection,
            Catalog catalog,
            Settings settings,
            ProveOptions options,
            Optional<Connection> stage,
            Map<String, String> lacking,
            boolean strict) {
        var bodies = new Bodies(connection, catalog, settings);
        this.model = Model.of(catalog, settings, bodies::value);
        this.tenancy = new Tenancy(model);
        bodies.keep(tenancy.identities());
        this.replay = stage.map(copy -> new Replay(copy, lacking, Optional.of(new Whose(model, tenancy, copy))));
        this.options = options;
        this.exported = options.smt2().map(folder -> new Exported(folder, model));
        // Whoever reads a script wants names in it, too.
        var explained = options.explain() || exported.isPresent();
        this.thorough = explained;
        this.homes = new Homes(model, tenancy, new Defaults(model, bodies));
        var reaches = new Reaches(model, tenancy);
        var fences = new Fences(model, homes, options.timeout());
        this.triggers = new Triggers(
                model, tenancy, homes, bodies, reaches, this::memberships, this::setOff, fences, explained);
        this.rules = new Rules(model, tenancy, homes, triggers, explained);
        tenancy.alsoWritten(triggers.written());
        tenancy.alsoTrusted(triggers.consulted());
        this.tables = new Tables(model, tenancy, homes, triggers, explained);
        this.memberships = new Memberships(model, tenancy, homes, tables, explained);
        this.views = new Views(model, tenancy, homes, memberships, explained);
        this.setOff = new SetOff(model, tenancy, homes, triggers, reaches, bodies, fences, options.timeout());
        this.functions = new Functions(model, tenancy, homes, bodies, memberships, triggers, setOff, fences, explained);
        tenancy.alsoWritten(functions.written());
        this.classes = new RoleClasses(model, tenancy);
        this.powers = new Powers(model, tenancy);
        this.forms = new Forms(model, tenancy, classes);
        this.reviewed = catalog.relationsIn(settings.schemas());
        this.causes = new Causes(model, tenancy, options.timeout());
        this.passers = strict
                ? Optional.of(
                        new Passers(model, tenancy, homes.ofAnybody(), bodies, reaches, memberships, setOff, fences))
                : Optional.empty();
    }

    /// Decides the claims.
    ///
    /// @param connection in a transaction, which may be read-only; bodies of functions are parsed by its
    ///     server
    /// @param stage to a copy of the database, on which leaks are tried, and undone: in a transaction
    ///     of a role that no policy binds and that may become any role. Triggers and functions of the
    ///     database run there
    /// @param progress gets a line for each stage
    /// @throws java.io.UncheckedIOException if a question cannot be written
    /// @throws SQLException if a connection fails
    public static Proofs prove(
            Connection connection,
            Catalog catalog,
            Settings settings,
            ProveOptions options,
            Optional<Connection> stage,
            Consumer<String> progress)
            throws SQLException {
        return prove(connection, catalog, settings, options, stage, Map.of(), Attacker.NONE, progress);
    }

    /// Decides the claims where the stage is on a copy that differs from the database in places: leaks that
    /// involve such an object are left open.
    ///
    /// @param lacking tables, views and functions that differ from the database, in the spelling of the
    ///     catalog, with the reason
    /// @param attacker attacks, on the stage, what stays undecided
    public static Proofs prove(
            Connection connection,
            Catalog catalog,
            Settings settings,
            ProveOptions options,
            Optional<Connection> stage,
            Map<String, String> lacking,
            Attacker attacker,
            Consumer<String> progress)
            throws SQLException {
        return new Prover(connection, catalog, settings, options, stage, lacking, false).run(attacker, progress);
    }

    /// Decides the claims without trying leaks. For views, functions, triggers and rules too, it checks
    /// whether anybody gets through.
    static Proofs strictly(
            Connection connection, Catalog catalog, Settings settings, ProveOptions options, Consumer<String> progress)
            throws SQLException {
        return new Prover(connection, catalog, settings, options, Optional.empty(), Map.of(), true)
                .run(Attacker.NONE, progress);
    }

    /// A model with the bodies of functions.
    ///
    /// @param connection in a transaction, which may be read-only; its server parses the bodies
    public static Model model(Connection connection, Catalog catalog, Settings settings) {
        return Model.of(catalog, settings, new Bodies(connection, catalog, settings)::value);
    }

    private Memberships memberships() {
        return memberships;
    }

    private SetOff setOff() {
        return setOff;
    }

    private Proofs run(Attacker attacker, Consumer<String> progress) throws SQLException {
        progress.accept("reading policies");
        var end = options.budget().map(time -> spent() + time.toNanos());
        var groups = questions();
        var cells = new ArrayList<Cell>();
        var asked = new IdentityHashMap<Cell, Question>();
        var held = new HashMap<Object, Verdict>();
        for (var group : groups.values()) {
            progress.accept("%s (%d of %d)".formatted(group.getFirst().object(), cells.size() + 1, groups.size()));
            var inTime = end.isEmpty() || spent() < end.get();
            var cell = cell(group, inTime ? limited(group, verdict(group, held)) : OUT_OF_TIME);
            cells.add(cell);
            asked.put(cell, group.getFirst());
        }
        progress.accept("decided %d cells by %d questions"
                .formatted(cells.size(), model.searches().get()));
        var gaps = new TreeSet<>(model.catalog().gaps());
        gaps.addAll(model.policies().faults());
        attack(cells, asked, attacker).ifPresent(gaps::add);
        cells.sort(ORDER);
        return new Proofs(cells, new Assumptions(model, tenancy).lines(), Assumptions.RISKS, List.copyOf(gaps));
    }

    /// Refutes those undecided cells through which a leak is seen.
    ///
    /// @return why the attacks ended early
    private Optional<String> attack(List<Cell> cells, Map<Cell, Question> asked, Attacker attacker) {
        var open = cells.stream()
                .filter(cell -> cell.verdict() instanceof Verdict.Unknown)
                .toList();
        if (open.isEmpty()) {
            return Optional.empty();
        }
        var refuted = new IdentityHashMap<Cell, Cell>();
        try {
            attacker.attack(open, List.copyOf(cells), seen -> {
                var cell = seen.cell();
                refuted.put(cell, cell.refuted(leak(asked.get(cell), seen)));
            });
            return Optional.empty();
        } catch (SQLException | RuntimeException e) {
            return Optional.of("undecided claims could not all be attacked: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } finally {
            cells.replaceAll(cell -> refuted.getOrDefault(cell, cell));
        }
    }

    private Leak leak(Question question, Attacker.Sighting sighting) {
        var cause = causes.suspected(question);
        return new Leak(
                question.leak(),
                true,
                "",
                cause.object(),
                sighting.leaks().isEmpty() ? cause.leaks() : sighting.leaks(),
                sighting.story(),
                sighting.script());
    }

    /// The processor time of this thread, so that a busy machine does not decide less.
    private static long spent() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    // --- questions -----------------------------------------------------------------------------------------------

    /// The questions grouped by their contents: roles with the same policies and privileges have the same
    /// question.
    private Map<Object, List<Question>> questions() {
        var groups = new LinkedHashMap<Object, List<Question>>();
        for (var role : roles()) {
            for (var question : questions(role)) {
                if (options.asks(question.claim()) && options.asksObject(question.object())) {
                    groups.computeIfAbsent(
                                    List.of(classes.key(question), powers.of(role.oid())), _ -> new ArrayList<>())
                            .add(question);
                }
            }
        }
        return groups;
    }

    private List<Question> questions(Role role) {
        var questions = new ArrayList<Question>();
        tables.of(role.oid()).forEach(table -> questions.addAll(tables.questions(table, role.oid())));
        questions.addAll(memberships.questions(role.oid(), Relation::isTable));
        reviewed.stream().filter(relation -> relation.viewTree().isPresent()).forEach(view -> {
            questions.addAll(views.questions(view, role.oid()));
            questions.addAll(views.writes(view, role.oid()));
        });
        questions.addAll(rules.questions(role.oid()));
        questions.addAll(new ForeignTables(model).questions(role.oid()));
        reviewed.stream()
                .filter(relation -> !relation.triggers().isEmpty())
                .forEach(relation -> questions.addAll(triggers.questions(relation, role.oid())));
        questions.addAll(functions.questions(role.oid()));
        return questions;
    }

    /// The roles under review. Superusers are outside of every claim, unless an ordinary login can become
    /// one.
    private List<Role> roles() {
        return model.settings().subjects().stream()
                .flatMap(oid -> model.catalog().role(oid).stream())
                .filter(role -> options.asksRole(role.name()) && (!role.superuser() || isWithinReach(role)))
                .sorted(Comparator.comparing(Role::name))
                .toList();
    }

    private boolean isWithinReach(Role role) {
        return model.settings().logins().stream()
                .flatMap(oid -> model.catalog().role(oid).stream())
                .filter(login -> !login.superuser())
                .anyMatch(login -> model.gates().roles().actsAs(login.oid()).contains(role.oid()));
    }

    // --- answers -------------------------------------------------------------------------------------------------

    /// The verdict on a group. Questions of one role in a group are ways to the same object; of several
    /// roles, the same question.
    ///
    /// @param held by form: a verdict on one table holds for all similar ones
    private Verdict verdict(List<Question> same, Map<Object, Verdict> held) throws SQLException {
        var question = same.getFirst();
        var form = thorough ? Optional.empty() : forms.of(question);
        if (form.map(held::get).isPresent()) {
            return held.get(form.get());
        }
        var verdict = verdict(
                same.stream().filter(each -> each.role() == question.role()).toList());
        if (verdict instanceof Verdict.Proved || verdict instanceof Verdict.Closed) {
            form.ifPresent(known -> held.put(known, verdict));
        }
        return verdict;
    }

    /// The verdict limited by powers: nothing is proved about a session that can go around the policies.
    private Verdict limited(List<Question> same, Verdict verdict) {
        return verdict instanceof Verdict.Refuted
                ? verdict
                : powers.of(same.getFirst().role())
                        .<Verdict>map(why -> new Verdict.Unknown(List.of(why)))
                        .orElse(verdict);
    }

    private Cell cell(List<Question> same, Verdict verdict) {
        var question = same.getFirst();
        var roles = same.stream()
                .map(each -> model.catalog().role(each.role()).map(Role::name).orElse("?"))
                .distinct()
                .sorted()
                .toList();
        return new Cell(
                question.claim(),
                roles,
                question.object(),
                question.kind(),
                question.gate(),
                verdict,
                Optional.empty());
    }

    /// The worst verdict of all ways.
    private Verdict verdict(List<Question> ways) throws SQLException {
        var worst = verdict(ways.getFirst());
        for (var way : ways.subList(1, ways.size())) {
            if (isSeen(worst)) {
                return worst;
            }
            var verdict = verdict(way);
            worst = badness(verdict) > badness(worst) ? verdict : worst;
        }
        return worst;
    }

    static int badness(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Closed _ -> 0;
            case Verdict.Proved _ -> 1;
            case Verdict.Unknown _ -> 2;
            case Verdict.Refuted(var leak) -> leak.seen() ? 4 : 3;
        };
    }

    private Verdict verdict(Question question) throws SQLException {
        try {
            return decide(question);
        } catch (RuntimeException | StackOverflowError e) {
            return new Verdict.Unknown(List.of("internal error: " + e));
        }
    }

    /// The verdict on a question. A way that can be seen decides at once; otherwise all ways must be
    /// closed.
    private Verdict decide(Question question) throws SQLException {
        if (!thorough && question.fenced().getAsBoolean()) {
            return held(question, List.of());
        }
        var open = new ArrayList<Verdict>();
        var core = new LinkedHashSet<String>();
        for (var way = 0; way < question.encoded().size(); way++) {
            var verdict = decide(question, way, core);
            if (verdict.filter(Prover::isSeen).isPresent()) {
                return verdict.get();
            }
            verdict.ifPresent(open::add);
        }
        return open.isEmpty()
                ? held(question, List.copyOf(core))
                : open.stream()
                        .filter(Verdict.Refuted.class::isInstance)
                        .findFirst()
                        .orElse(open.getFirst());
    }

    private static boolean isSeen(Verdict verdict) {
        return verdict instanceof Verdict.Refuted(var leak) && leak.seen();
    }

    /// The verdict on one way.
    ///
    /// @return empty if there is no such state and session
    private Optional<Verdict> decide(Question question, int way, Set<String> core) throws SQLException {
        var verdict = decide(question, way, question.encoded().get(way).get(), core);
        if (question.claim() != Claim.UNBOUND_SEES_NOTHING
                || verdict.filter(Prover::isRefuted).isEmpty()) {
            return verdict;
        }
        var owned = question.encoded().get(way).get();
        if (!homes.requireNamedOwner(
                owned.encoding(), owned.rows().values(), owned.sessions().getFirst())) {
            return verdict;
        }
        var worse = decide(question, way, owned, core);
        return worse.isEmpty()
                ? verdict.map(Prover::ofEmptyOwner)
                : worse.filter(Prover::isRefuted).or(() -> verdict);
    }

    private static boolean isRefuted(Verdict verdict) {
        return verdict instanceof Verdict.Refuted;
    }

    private static Verdict ofEmptyOwner(Verdict verdict) {
        return new Verdict.Refuted(((Verdict.Refuted) verdict).leak().ofEmptyOwner());
    }

    private Optional<Verdict> decide(Question question, int way, Question.Breach encoded, Set<String> core)
            throws SQLException {
        var search = new Search(encoded.encoding(), options.timeout(), options.explain());
        var found = search.run();
        exported.ifPresent(folder -> folder.write(question, search, found, false));
        return switch (found) {
            case NOTHING -> {
                if (options.explain()) {
                    core.addAll(search.core());
                }
                yield Optional.empty();
            }
            case CANDIDATE -> Optional.of(tried(question, way, encoded, search));
            case UNDECIDED -> Optional.of(guessed(question, way, search.reasons()));
            case GAVE_UP ->
                Optional.of(new Verdict.Unknown(List.of("the solver gave up within %d ms"
                        .formatted(options.timeout().toMillis()))));
        };
    }

    /// Tries whether a leak can be seen although unmodelled parts leave it open. The stage alone identifies
    /// the owners of rows, and that a session has no identity.
    private Verdict guessed(Question question, int way, List<String> reasons) throws SQLException {
        if (replay.isEmpty()) {
            return new Verdict.Unknown(reasons);
        }
        var encoded = question.encoded().get(way).get();
        var search = new Search(encoded.encoding(), options.timeout(), false);
        if (encoded.rows().isEmpty() || !search.findAny()) {
            return new Verdict.Unknown(reasons);
        }
        for (var made : scenes(question, encoded, search)) {
            var scene = replay.get().unbound(question, made);
            if (!replay.get().isPlain(question, scene)) {
                return new Verdict.Unknown(reasons);
            }
            var played = replay.get().played(question, scene);
            if (played.unseen().isEmpty()) {
                return new Verdict.Refuted(
                        new Story(model, question, played.scene()).leak(Optional.empty(), causes.of(question, way)));
            }
        }
        return new Verdict.Unknown(reasons);
    }

    /// The scenes of a model: first those with most of what it takes to be played.
    private List<Scene> scenes(Question question, Question.Breach encoded, Search search) {
        if (replay.isEmpty()) {
            return List.of(Scene.of(question, encoded, search));
        }
        var made = new ArrayDeque<Scene>();
        var first = scene(made, question, encoded, search);
        var past = first;
        var possible = true;
        for (var more : List.<Runnable>of(
                () -> {}, encoded.call().map(Question.Call::rest).orElse(() -> {}))) {
            possible = possible && search.demand(more);
            past = possible ? scene(made, question, encoded, search) : past;
        }
        var fit = new Fit(encoded.encoding(), search);
        for (var i = 0; possible && i < MOST_FITS && fit.improve(); i++) {
            past = scene(made, question, encoded, search);
        }
        var counts = encoded.call().stream().flatMap(Question.Call::counts).toList();
        if (!counts.isEmpty() && search.demand(() -> counts.forEach(count -> atLeast(MANY, count, encoded)))) {
            past = scene(made, question, encoded, search);
        }
        past.ifPresent(made::addLast);
        first.ifPresent(made::addLast);
        return made.stream().distinct().toList();
    }

    /// Puts the scene of the search's present model before others.
    ///
    /// @return its variant in the past, for a function
    private static Optional<Scene> scene(Deque<Scene> made, Question question, Question.Breach encoded, Search search) {
        made.addFirst(Scene.of(question, encoded, search));
        return encoded.call().map(_ -> Scene.ofPast(question, encoded, search));
    }

    private static void atLeast(int number, Encoded value, Question.Breach encoded) {
        encoded.encoding().script().require(Terms.apply(">=", List.of(value.term(), number + ".0")));
    }

    private Verdict held(Question question, List<String> core) {
        if (question.companion().isEmpty()) {
            var passable = passers.isEmpty() || passers.get().isPassable(question, options.timeout());
            return passable ? new Verdict.Proved(core) : new Verdict.Closed(core);
        }
        var companion = new Search(question.companion().get().get(), options.timeout(), false);
        var found = companion.run();
        exported.ifPresent(folder -> folder.write(question, companion, found, true));
        return switch (found) {
            case NOTHING -> new Verdict.Closed(core);
            case CANDIDATE, UNDECIDED, GAVE_UP -> new Verdict.Proved(core);
        };
    }

    /// Plays scenes until a leak is seen.
    ///
    /// @return how the first was played, if none is seen
    private static Replay.Played played(Replay replay, Question question, List<Scene> made) throws SQLException {
        var first = played(replay, question, made.getFirst());
        for (var i = 1; i < made.size() && first.unseen().isPresent(); i++) {
            var next = played(replay, question, made.get(i));
            first = next.unseen().isEmpty() ? next : first;
        }
        return first;
    }

    /// Plays a scene as the solver has it; otherwise without the settings that would give an identity to a
    /// session without one.
    private static Replay.Played played(Replay replay, Question question, Scene made) throws SQLException {
        var played = replay.played(question, made);
        var nobody = replay.unbound(question, made);
        return played.unseen().isEmpty() || nobody == made ? played : replay.played(question, nobody);
    }

    /// A leak that nobody tried is a refutation that was not seen, unless it rests on functions of which
    /// only the name is known. One that failed leaves the claim open.
    private Verdict tried(Question question, int way, Question.Breach encoded, Search search) throws SQLException {
        var loose = encoded.encoding().loose();
        if (replay.isEmpty() && !loose.isEmpty()) {
            return unseen(NOT_TRIED, loose);
        }
        var made = scenes(question, encoded, search);
        var played = replay.isPresent()
                ? played(replay.get(), question, made)
                : new Replay.Played(made.getFirst(), Optional.of(NOT_TRIED));
        var unseen = played.unseen();
        if (unseen.isPresent() && replay.isPresent()) {
            return unseen(unseen.get(), loose);
        }
        return new Verdict.Refuted(new Story(model, question, played.scene()).leak(unseen, causes.of(question, way)));
    }

    private static Verdict unseen(String hindrance, Collection<String> loose) {
        var why = loose.isEmpty()
                ? ""
                : "; of %s it is only known that they are functions".formatted(String.join(", ", loose));
        return new Verdict.Unknown(List.of("a leak was found and not seen: " + hindrance + why));
    }
}
