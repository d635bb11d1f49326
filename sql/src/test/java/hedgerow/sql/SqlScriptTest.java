package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {

    @TempDir
    private Path folder;

    // --- statements ----------------------------------------------------------------------------------------------

    @Test
    void semicolons_end_statements_but_not_everywhere() {
        assertThat(statements("select 1; ; -- nothing\n select 2")).containsExactly("select 1", "select 2");
        assertThat(statements("create rule r as on insert to t do (select 1; select 2); select 3"))
                .hasSize(2);
        assertThat(statements("""
            create or replace function f(a int) returns int begin atomic
                select case when a > 0 then 1 else 2 end; select 3;
            end; select 4
            """)).hasSize(2);
        assertThat(statements("do $$ begin commit; end $$; select 1")).hasSize(2);
    }

    @Test
    void the_data_of_copy_is_no_code() {
        var statements = parse("copy t (a) from stdin; -- data\n1\tcommit;\n'\\N\n\\.\nselect 1;")
                .statements();
        assertThat(statements).hasSize(2);
        assertThat(statements.getFirst().data()).contains("1\tcommit;\n'\\N\n");
        assertThat(parse("copy t from stdin;\n\\.\n").statements().getFirst().data())
                .contains("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy t from stdin;\n1\n", "copy t from stdin; select 1;\n\\.\n", "copy t from stdin"})
    void data_without_an_end_is_refused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(ScriptProblem.class).hasMessageContaining("COPY");
    }

    // --- refusals ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin",
                "BEGIN WORK",
                "start transaction",
                "commit",
                "Commit and chain",
                "end",
                "end work",
                "rollback",
                "abort",
                "rollback and chain",
                "prepare transaction 'x'",
                "commit prepared 'x'",
                "rollback prepared 'x'",
                "/* a */ commit",
                "set role postgres",
                "set local role postgres",
                "set session role x",
                "set \"role\" = 'x'",
                "SET ROLE TO x",
                "reset role",
                "reset all",
                "discard all",
                "discard temp",
                "set session authorization x",
                "set local session authorization x",
                "set session session authorization x",
                "reset session authorization",
                "set session_authorization = 'x'",
                "set row_security = off",
                "reset row_security",
                "set app.organization_id = 'x'",
                "set local app.livemode to true",
                "set \"app\".actor = 'x'",
                "set \"APP\" . \"role\" = 'x'",
                "reset app.seal",
                "set u&\"r\\006fle\" = 'x'",
                "select set_config('app.actor', '', true)",
                "select pg_catalog.set_config ('a', 'b', true)",
                "select \"set_config\"('a', 'b', true)",
                "select app.bind(null, null, null)",
                "select app /* a */ . bind(1)",
                "select bind(1)",
                "select u&\"b\\0069nd\"(1)",
                "prepare p as select app.bind(null, 'x', true)",
                "create function f() returns int set app.actor = 'x' return 1",
                "set client_encoding = 'sjis'",
                "set names 'big5'",
                "set standard_conforming_strings = off",
                "reset client_encoding",
                "create function begin() returns int return 1; commit"
            })
    void a_statement_that_leaves_its_transaction_or_tenant_is_refused(String statement) {
        for (var check : List.<Consumer<SqlScript>>of(ScriptCheck::forPsql, ScriptCheck::forBuiltin)) {
            var script = parse("select 1;\n " + statement + ";\n");
            assertThatThrownBy(() -> check.accept(script))
                    .isInstanceOf(ScriptProblem.class)
                    .hasMessageContaining("script:2:")
                    .asString()
                    .contains("hint: ", "Nothing was run.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "savepoint a",
                "release a",
                "release savepoint a",
                "rollback to a",
                "rollback work to savepoint a",
                "ROLLBACK TRANSACTION TO a",
                "set transaction isolation level serializable",
                "set constraints all immediate",
                "set search_path = app",
                "set local statement_timeout = '1s'",
                "reset search_path",
                "set time zone 'UTC'",
                "set client_encoding = 'UTF8'",
                "set standard_conforming_strings = on",
                "set names 'utf8'",
                "select 'commit; set role x'",
                "select 1 as commit",
                "select \"commit\" from \"begin\"",
                "-- commit;\nselect 1",
                "/* rollback; /* begin */ */ select 1",
                "do $$ begin execute 'commit'; end $$",
                "select $a$;commit;$a$",
                "select E'\\';commit;'",
                "prepare p as select 1",
                "execute p",
                "select other.bind(1)",
                "select bind from t",
                "select 'app.bind(1)'",
                "update membership set role = 'x'",
                "alter table t alter column c set default 1",
                "create function f() returns int set search_path = app return 1",
                "select a[1:2], b::text from t",
                "explain select 1",
                "create procedure p() begin atomic insert into t values (1); end",
                "select case when a then 1 end from t",
                "lock table t",
                "select \"set_config\" from t",
                "create table begin_log (a int)",
                "select 'a'\n';commit;'"
            })
    void honest_look_alikes_pass(String statement) {
        assertThatCode(() -> ScriptCheck.forPsql(parse(statement))).doesNotThrowAnyException();
        assertThatCode(() -> ScriptCheck.forBuiltin(parse(statement))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\c other",
                "\\connect - postgres",
                "\\! id",
                "\\o |cat",
                "\\o '|cat'",
                "\\o :x",
                "select 1 \\g |cat",
                "\\w |cat",
                "\\copy t from program 'id'",
                "\\copy t (a, \"from\") TO PROGRAM 'id'",
                "\\copy t from pstdin",
                "select 'x' \\gexec",
                "\\set AUTOCOMMIT off",
                "\\set ON_ERROR_STOP 0",
                "\\set ON_ERROR_ROLLBACK on",
                "\\unset ON_ERROR_STOP",
                "\\set 'ON_ERROR_STOP' 0",
                "\\set :x 0",
                "\\set SINGLELINE on",
                "\\prompt a",
                "\\set a `id`",
                "\\echo `id`",
                "\\i :file",
                "\\i -",
                "\\i ~/x",
                "\\ir `id`",
                "\\e",
                "\\setenv PAGER id",
                "\\getenv ON_ERROR_STOP X",
                "\\cd /",
                "\\password",
                "\\encoding sjis",
                "\\restrict x",
                "\\startpipeline",
                "\\watch 1",
                "\\new_in_psql_99",
                ":cmd;",
                ":'cmd';",
                "\\set a 'x;commit' \\\\ select :a;",
                "\\set a x\nselect :a;",
                "select 'x' as a \\gset\nselect :a;",
                "set :\"a\" = 'x';",
                "select app.:\"f\"(1);",
                "\\if true\ncommit;\n\\endif",
                "\\if false\ncommit;\n\\else\n\\endif"
            })
    void a_command_that_leaves_the_transaction_or_the_machine_is_refused(String text) {
        assertThatThrownBy(() -> ScriptCheck.forPsql(parse(text)))
                .isInstanceOf(ScriptProblem.class)
                .hasMessageContaining("refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1 \\if true\n\\endif\n;",
                "\\if true\nselect 1 \\endif",
                "\\endif",
                "\\if true\ncopy t from stdin;\n\\.\n\\endif",
                "\\if true\n\\copy t from stdin\n\\.\n\\endif",
                "select (1 \\; select 2);"
            })
    void a_text_that_could_be_read_in_two_ways_is_refused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(ScriptProblem.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\echo commit;",
                "\\set a 5\nselect :a;",
                "\\set a x\nselect :'a', :\"a\";",
                "select 1 as a \\gset\nselect :'a'::int;",
                "\\if true\nselect 1;\n\\else\nselect 2;\n\\endif",
                "\\x\n\\timing on\n\\pset null '-'\nselect 1;",
                "\\d app.wallet",
                "\\dt+ app.*",
                "\\o out.txt",
                "select 1 \\g out.txt",
                "select 1\\gx",
                "\\copy t to 'a.csv' csv",
                "\\copy (select program from x) to stdout",
                "\\copy t from stdin\ncommit;\n\\.\n",
                "select 1 \\; select 2;",
                "\\l",
                "\\z t",
                "select 1 \\bind \\g",
                "\\echo :'a'",
                "select 1 \\crosstabview"
            })
    void honest_commands_pass(String text) {
        assertThatCode(() -> ScriptCheck.forPsql(parse(text))).doesNotThrowAnyException();
    }

    @Test
    void included_files_are_checked_too() throws IOException {
        Files.createDirectory(folder.resolve("more"));
        Files.writeString(folder.resolve("more/inner.sql"), "select 1;\ncommit;\n");
        Files.writeString(folder.resolve("more/outer.sql"), "\\ir inner.sql\n\\ir outer.sql\n");
        Files.writeString(folder.resolve("main.sql"), "\\ir more/outer.sql\nbegin;\n");
        assertThatThrownBy(() -> ScriptCheck.forPsql(SqlScript.read(folder.resolve("main.sql"))))
                .asString()
                .contains("inner.sql:2:1: COMMIT is refused", "main.sql:2:1: BEGIN is refused");
        Files.writeString(folder.resolve("main.sql"), "\\ir missing.sql\n");
        assertThatThrownBy(() -> ScriptCheck.forPsql(SqlScript.read(folder.resolve("main.sql"))))
                .hasMessageContaining("missing.sql: there is no such file");
    }

    @Test
    void the_builtin_runner_names_the_line_of_a_psql_command() {
        assertThatThrownBy(() -> ScriptCheck.forBuiltin(parse("select 1;\nselect 2 \\gset\n")))
                .hasMessageContaining("script:2:10: the built-in runner knows no \\gset");
    }

    // --- bad input -----------------------------------------------------------------------------------------------

    @Test
    void bad_files_are_refused_by_name() throws IOException {
        refused(folder.resolve("none.sql"), "none.sql: there is no such file");
        refused(folder, "is a directory");
        refused(write("\u00e4", StandardCharsets.ISO_8859_1), "script.sql:1: is not UTF-8");
        refused(write("select 1;\nselect 'a\0b';", StandardCharsets.UTF_8), "script.sql:2:10: a NUL byte");
    }

    @ParameterizedTest
    @CsvSource({"''", "' '", "-- only a comment", ";;"})
    void an_empty_script_is_refused(String text) {
        assertThatThrownBy(() -> ScriptCheck.forPsql(parse(text))).hasMessageContaining("nothing to run");
    }

    @Test
    void a_byte_order_mark_is_no_code() throws IOException {
        var script = SqlScript.read(write("\uFEFFselect 1", StandardCharsets.UTF_8));
        assertThat(script.statements().getFirst().text()).isEqualTo("select 1");
    }

    private Path write(String text, Charset charset) throws IOException {
        return Files.writeString(folder.resolve("script.sql"), text, charset);
    }

    private static void refused(Path path, String why) {
        assertThatThrownBy(() -> SqlScript.read(path))
                .isInstanceOf(ScriptProblem.class)
                .hasMessageContaining(why);
    }

    private static List<String> statements(String text) {
        return parse(text).statements().stream().map(SqlStatement::text).toList();
    }

    private static SqlScript parse(String text) {
        try {
            return SqlScript.read("script", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
