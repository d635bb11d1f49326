package hedgerow.rls.copy;

import java.util.Locale;

/// A kind of statement, in the order in which the copy needs them. The query of the same name writes them.
///
/// Statements that contain an expression of the source run as the loader: the server may run code of the
/// source when it reads one, such as the CHECK of a domain for a constant.
enum Step {
    ROLES(Phase.FOUNDATION, Runner.SUPERUSER),
    SCHEMAS(Phase.FOUNDATION, Runner.LOADER),
    EXTENSIONS(Phase.FOUNDATION, Runner.SUPERUSER),
    EXTENSION_VERSIONS(Phase.FOUNDATION, Runner.SUPERUSER),
    CUSTOM_SETTINGS(Phase.FOUNDATION, Runner.SUPERUSER),

    COLLATIONS(Phase.OBJECTS, Runner.LOADER),
    TYPES(Phase.OBJECTS, Runner.LOADER),
    SEQUENCES(Phase.OBJECTS, Runner.LOADER),
    FUNCTIONS(Phase.OBJECTS, Runner.LOADER),
    AGGREGATES(Phase.OBJECTS, Runner.LOADER),
    OPERATORS(Phase.OBJECTS, Runner.LOADER),
    CASTS(Phase.OBJECTS, Runner.SUPERUSER),
    DOMAINS(Phase.OBJECTS, Runner.LOADER),
    TABLES(Phase.OBJECTS, Runner.LOADER),
    DROPPED_COLUMNS(Phase.OBJECTS, Runner.LOADER),
    VIEWS(Phase.OBJECTS, Runner.LOADER),
    CHECKS(Phase.OBJECTS, Runner.LOADER),
    DEFAULTS(Phase.OBJECTS, Runner.LOADER),
    PARENTS(Phase.OBJECTS, Runner.LOADER),
    IDENTITIES(Phase.OBJECTS, Runner.LOADER),
    KEYS(Phase.OBJECTS, Runner.LOADER),
    INDEXES(Phase.OBJECTS, Runner.LOADER),
    INDEX_PARENTS(Phase.OBJECTS, Runner.LOADER),
    FOREIGN_KEYS(Phase.OBJECTS, Runner.LOADER),
    RULES(Phase.OBJECTS, Runner.LOADER),
    TRIGGERS(Phase.OBJECTS, Runner.LOADER),
    POLICIES(Phase.OBJECTS, Runner.LOADER),
    SWITCHES(Phase.OBJECTS, Runner.LOADER),
    PUBLICATIONS(Phase.OBJECTS, Runner.LOADER),
    PUBLICATIONS_OF_ALL(Phase.OBJECTS, Runner.SUPERUSER),
    PUBLISHED(Phase.OBJECTS, Runner.LOADER),
    UNSUPPORTED(Phase.OBJECTS, Runner.LOADER),

    ATTRIBUTES(Phase.RIGHTS, Runner.SUPERUSER),
    PUBLISHED_SCHEMAS(Phase.RIGHTS, Runner.SUPERUSER),
    OWNERS(Phase.RIGHTS, Runner.SUPERUSER),
    LEAKPROOF(Phase.RIGHTS, Runner.SUPERUSER),
    GRANTS(Phase.RIGHTS, Runner.SUPERUSER),
    DEFAULT_PRIVILEGES(Phase.RIGHTS, Runner.SUPERUSER),
    MEMBERSHIPS(Phase.RIGHTS, Runner.SUPERUSER),
    STORED_SETTINGS(Phase.RIGHTS, Runner.SUPERUSER);

    /// A phase of the copy; each ends before the next begins.
    enum Phase {
        /// The first phase, before any code of the source exists that could run.
        FOUNDATION,
        OBJECTS,
        /// The last phase, when the loader is gone.
        RIGHTS
    }

    /// The session that runs a statement.
    enum Runner {
        LOADER,
        SUPERUSER
    }

    private final Phase phase;
    private final Runner runner;

    Step(Phase phase, Runner runner) {
        this.phase = phase;
        this.runner = runner;
    }

    Phase phase() {
        return phase;
    }

    Runner runner() {
        return runner;
    }

    String query() {
        return name().toLowerCase(Locale.ROOT);
    }
}
