package hedgerow.rls.probe;

import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The ways in which the session of an [Arena] becomes an attacker, and then a role again that no policy
/// binds.
sealed interface Entry {

    /// The name of the query of all rows, where the session prepares it.
    String ALL_ROWS = "hedgerow_all_rows";

    /// The statements that turn the session into this actor's, one each unless the login grants itself
    /// something.
    List<String> become(Actor actor);

    /// The statements that undo it, as far as the session's settings do not matter.
    List<String> leave();

    /// The statement that returns rows to a role that no policy binds.
    ///
    /// @param sql a query, or a statement with RETURNING, of one column of type text[]
    String rows(String sql);

    /// The statement that lets the server plan the query of all rows, if the session itself must send it.
    Optional<String> plan(Marks marks);

    /// The statement that returns all rows that belong to somebody.
    String allRows();

    /// The statement that makes a change as a role that no policy binds.
    String change(String sql);

    /// The statement that returns rows to one of the roles that own tables.
    ///
    /// @param owner in SQL syntax
    String rowsAs(String owner, String sql);

    private static Stream<String> settings(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "set local %s = %s"
                        .formatted(SqlText.setting(setting.getKey()), SqlText.quote(setting.getValue())));
    }

    /// A session of a role that is a member of all others, which is visible to code that checks the login.
    record Member() implements Entry {

        static final String PATH = "set local search_path = \"$user\", public";

        @Override
        public List<String> become(Actor actor) {
            return Stream.of(
                            Stream.of(PATH, "set local role " + actor.role().quoted()),
                            settings(actor.stored()),
                            settings(actor.settings()))
                    .flatMap(each -> each)
                    .toList();
        }

        @Override
        public List<String> leave() {
            return List.of("reset role");
        }

        @Override
        public String rows(String sql) {
            return sql;
        }

        @Override
        public String change(String sql) {
            return sql;
        }

        @Override
        public String rowsAs(String owner, String sql) {
            return "set local role %s; %s; reset role".formatted(owner, sql);
        }

        @Override
        public Optional<String> plan(Marks marks) {
            return Optional.of("prepare %s as %s".formatted(ALL_ROWS, marks.query()));
        }

        @Override
        public String allRows() {
            return "execute " + ALL_ROWS;
        }
    }

    /// A superuser's session, which can be that of any login.
    record Superuser() implements Entry {

        @Override
        public List<String> become(Actor actor) {
            return Stream.concat(Stream.of(Member.PATH), statements(actor)).toList();
        }

        /// The statements as somebody would type them in psql.
        static String typed(Actor actor) {
            return statements(actor).map(each -> each + "; ").collect(Collectors.joining());
        }

        private static Stream<String> statements(Actor actor) {
            return Stream.of(
                            Stream.of("set local session authorization "
                                    + actor.login().quoted()),
                            actor.entrance(),
                            settings(actor.stored()),
                            settings(actor.settings()))
                    .flatMap(each -> each);
        }

        @Override
        public List<String> leave() {
            return List.of("reset session authorization", "reset role");
        }

        @Override
        public String rows(String sql) {
            return sql;
        }

        @Override
        public String change(String sql) {
            return sql;
        }

        @Override
        public String rowsAs(String owner, String sql) {
            return new Member().rowsAs(owner, sql);
        }

        @Override
        public Optional<String> plan(Marks marks) {
            return new Member().plan(marks);
        }

        @Override
        public String allRows() {
            return new Member().allRows();
        }
    }

    /// The session of a login that really logged in, with the settings that the server gives it. Functions
    /// of a role that no policy binds do whatever needs such a role.
    record Login(Role login, Stagehands stagehands) implements Entry {

        @Override
        public List<String> become(Actor actor) {
            return Stream.of(
                            Stream.of("set local search_path to default"), actor.entrance(), settings(actor.settings()))
                    .flatMap(each -> each)
                    .toList();
        }

        @Override
        public List<String> leave() {
            return List.of("reset role");
        }

        @Override
        public String rows(String sql) {
            return stagehands.rows(sql);
        }

        @Override
        public String change(String sql) {
            return stagehands.change(sql);
        }

        @Override
        public String rowsAs(String owner, String sql) {
            return stagehands.rowsAs(owner, sql);
        }

        @Override
        public Optional<String> plan(Marks marks) {
            return Optional.empty();
        }

        @Override
        public String allRows() {
            return stagehands.allRows();
        }
    }
}
