package hedgerow.rls.expr;

import hedgerow.rls.expr.Expr.Case.When;
import hedgerow.rls.expr.Query.Combined;
import hedgerow.rls.expr.Query.Common;
import hedgerow.rls.expr.Query.Outer;
import hedgerow.rls.expr.Query.Shape;
import hedgerow.rls.expr.Query.Source;
import hedgerow.rls.expr.Query.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads the expressions and queries that PostgreSQL 15 to 18 store as `pg_node_tree`: `pg_policy.polqual`,
/// `pg_constraint.conbin`, `pg_attrdef.adbin`, `pg_proc.prosqlbody`, `pg_rewrite.ev_action`.
///
/// Fields are read by name. An unknown node becomes [Expr.Opaque], with the readable expressions within it.
public final class ExprReader {

    private final Names names;
    private final Scope scope;

    /// The range tables around an expression, innermost first.
    private record Scope(Optional<Scope> outer, List<Node.Struct> entries, OptionalLong table) {

        Optional<Scope> up(long levels) {
            return levels == 0 ? Optional.of(this) : outer.flatMap(scope -> scope.up(levels - 1));
        }
    }

    private ExprReader(Names names, Scope scope) {
        this.names = names;
        this.scope = scope;
    }

    /// Reads an expression.
    ///
    /// @param tree the text of a `pg_node_tree`
    /// @param table the table whose columns it refers to
    public static Expr read(String tree, long table, Names names) {
        var reader = new ExprReader(names, new Scope(Optional.empty(), List.of(), OptionalLong.of(table)));
        return NodeParser.parse(tree).map(reader::expr).orElse(new Expr.Opaque("not a node tree", List.of(), 0));
    }

    /// Reads the queries of a function or rule.
    ///
    /// @param tree of a function's body or a rule's actions
    /// @return its queries, in order
    public static List<Query> readQueries(String tree, Names names) {
        var reader = new ExprReader(names, new Scope(Optional.empty(), List.of(), OptionalLong.empty()));
        return NodeParser.parse(tree).stream()
                .flatMap(Node::structs)
                .filter(struct -> struct.tag().equals("QUERY"))
                .map(reader::query)
                .toList();
    }

    // --- expressions ---------------------------------------------------------------------------------------------

    private Expr expr(Node node) {
        return node instanceof Node.Struct struct ? expr(struct) : new Expr.Opaque("", List.of(), 0);
    }

    private Expr expr(Node.Struct node) {
        return switch (node.tag()) {
            case "VAR" -> column(node);
            case "CONST" -> Constants.read(node);
            case "PARAM" -> parameter(node);
            case "CASETESTEXPR", "COERCETODOMAINVALUE" -> new Expr.Subject(node.number("typeId"));
            case "SQLVALUEFUNCTION" -> sessionValue(node);
            case "FUNCEXPR" ->
                new Expr.Call(node.number("funcid"), args(node), node.number("funcresulttype"), collation(node));
            case "AGGREF" -> aggregate(node);
            case "OPEXPR", "DISTINCTEXPR", "NULLIFEXPR", "SCALARARRAYOPEXPR" -> comparison(node);
            case "BOOLEXPR" -> logical(node);
            case "NULLTEST" -> new Expr.NullTest(arg(node), node.number("nulltesttype") == 0, node.flag("argisrow"));
            case "BOOLEANTEST" -> booleanTest(node);
            case "CASEEXPR", "CASE" -> caseOf(node);
            case "COALESCEEXPR", "COALESCE" -> new Expr.Coalesce(args(node), node.number("coalescetype"));
            case "MINMAXEXPR", "MINMAX" ->
                new Expr.Extreme(node.number("op") == 0, args(node), node.number("minmaxtype"));
            case "ARRAYEXPR", "ARRAY" -> array(node);
            case "ROWEXPR", "ROW" -> new Expr.Row(args(node), node.number("row_typeid"));
            case "FIELDSELECT" -> new Expr.Field(arg(node), (int) node.number("fieldnum"), node.number("resulttype"));
            case "SUBLINK" -> subquery(node);
            default -> castOrOpaque(node);
        };
    }

    private Expr castOrOpaque(Node.Struct node) {
        return switch (node.tag()) {
            case "RELABELTYPE" -> cast(node, Expr.Cast.Kind.RELABEL);
            case "COERCEVIAIO" -> cast(node, Expr.Cast.Kind.IO);
            case "ARRAYCOERCEEXPR" -> cast(node, Expr.Cast.Kind.ARRAY);
            case "CONVERTROWTYPEEXPR" -> cast(node, Expr.Cast.Kind.ROW);
            case "COERCETODOMAIN" -> cast(node, Expr.Cast.Kind.DOMAIN);
            case "COLLATEEXPR", "COLLATE" -> {
                var operand = arg(node);
                yield new Expr.Cast(operand, Expr.Cast.Kind.COLLATE, operand.type());
            }
            case "QUERY" -> new Expr.Subquery(Expr.Subquery.Kind.CTE, Optional.empty(), query(node), 0);
            case "TARGETENTRY" -> expr(node.get("expr"));
            default -> opaque(node);
        };
    }

    private Expr.Opaque opaque(Node.Struct node) {
        var parts = node.fields().values().stream().flatMap(Node::structs).map(this::expr);
        return new Expr.Opaque(node.tag(), parts.toList(), node.number("refrestype"));
    }

    private Expr arg(Node.Struct node) {
        return expr(node.get("arg"));
    }

    private List<Expr> args(Node.Struct node) {
        return all(node.list("args"));
    }

    /// Reads a call of an aggregate. One with FILTER is not merely a function of its arguments.
    private Expr aggregate(Node.Struct node) {
        var type = node.number("aggtype");
        return node.struct("aggfilter").isPresent()
                ? new Expr.Opaque(
                        node.tag(),
                        Stream.concat(targets(node).stream(), node.struct("aggfilter").map(this::expr).stream())
                                .toList(),
                        type)
                : new Expr.Call(node.number("aggfnoid"), targets(node), type, collation(node));
    }

    private List<Expr> targets(Node.Struct node) {
        return node.get("args").structs().map(this::expr).toList();
    }

    private List<Expr> all(List<Node> nodes) {
        return nodes.stream().map(this::expr).toList();
    }

    private static long collation(Node.Struct node) {
        return node.number("inputcollid");
    }

    private static Expr parameter(Node.Struct node) {
        var number = (int) node.number("paramid");
        var type = node.number("paramtype");
        return switch ((int) node.number("paramkind")) {
            case 0 -> new Expr.Parameter(number, type);
            case 2 -> new Expr.Output(number, type);
            default -> new Expr.Opaque("PARAM", List.of(), type);
        };
    }

    private static Expr sessionValue(Node.Struct node) {
        var kinds = Expr.SessionValue.Kind.values();
        var kind = (int) node.number("op");
        return kind < kinds.length
                ? new Expr.SessionValue(kinds[kind], node.number("type"))
                : new Expr.Opaque("SQLVALUEFUNCTION", List.of(), node.number("type"));
    }

    private Expr comparison(Node.Struct node) {
        var operator = operator(node);
        var operands = operator.operands().size();
        if (operands != 2 && !(operands == 1 && node.tag().equals("OPEXPR"))) {
            return opaque(node);
        }
        return switch (node.tag()) {
            case "DISTINCTEXPR" -> new Expr.Distinct(operator);
            case "NULLIFEXPR" -> new Expr.NullIf(operator);
            case "SCALARARRAYOPEXPR" -> new Expr.Quantified(operator, node.flag("useOr"));
            default -> operator;
        };
    }

    /// Reads an operator. Every kind of comparison has these fields; only an operator has a result type.
    private Expr.Operator operator(Node.Struct node) {
        var result = node.fields().containsKey("opresulttype") ? node.number("opresulttype") : Types.BOOL;
        return new Expr.Operator(node.number("opno"), node.number("opfuncid"), args(node), result, collation(node));
    }

    private Expr logical(Node.Struct node) {
        if (node.list("args").isEmpty()) {
            return opaque(node);
        }
        return switch (node.text("boolop")) {
            case "and" -> new Expr.And(args(node));
            case "or" -> new Expr.Or(args(node));
            case "not" -> new Expr.Not(args(node).getFirst());
            default -> opaque(node);
        };
    }

    private Expr booleanTest(Node.Struct node) {
        var kinds = Expr.BooleanTest.Kind.values();
        var kind = (int) node.number("booltesttype");
        return kind < kinds.length ? new Expr.BooleanTest(arg(node), kinds[kind]) : opaque(node);
    }

    private Expr caseOf(Node.Struct node) {
        var whens = node.get("args")
                .structs()
                .map(when -> new When(expr(when.get("expr")), expr(when.get("result"))))
                .toList();
        var subject = node.struct("arg").map(this::expr);
        return new Expr.Case(subject, whens, node.struct("defresult").map(this::expr), node.number("casetype"));
    }

    private Expr array(Node.Struct node) {
        return node.flag("multidims")
                ? opaque(node)
                : new Expr.ArrayOf(all(node.list("elements")), node.number("array_typeid"));
    }

    private Expr cast(Node.Struct node, Expr.Cast.Kind kind) {
        return new Expr.Cast(arg(node), kind, node.number("resulttype"));
    }

    private Expr subquery(Node.Struct node) {
        var kind = (int) node.number("subLinkType");
        var kinds = Expr.Subquery.Kind.values();
        if (kind >= kinds.length || node.struct("subselect").isEmpty()) {
            return opaque(node);
        }
        var query = query(node.struct("subselect").get());
        return new Expr.Subquery(kinds[kind], node.struct("testexpr").map(this::expr), query, type(kinds[kind], query));
    }

    private static long type(Expr.Subquery.Kind kind, Query query) {
        return switch (kind) {
            case EXISTS, ANY, ALL, ROW_COMPARE -> Types.BOOL;
            case SCALAR ->
                query.targets().isEmpty()
                        ? 0
                        : query.targets().getFirst().expression().type();
            case MULTI, ARRAY, CTE -> 0;
        };
    }

    // --- columns -------------------------------------------------------------------------------------------------

    /// Reads a column. `OLD` and `NEW` in RETURNING may be of a row that is not there.
    private Expr column(Node.Struct node) {
        if (node.number("varreturningtype") != 0) {
            return new Expr.Opaque("a row of RETURNING", List.of(), node.number("vartype"));
        }
        var level = (int) node.number("varlevelsup");
        var number = (int) node.number("varattno");
        var source = (int) node.number("varno");
        var there = scope.up(level);
        if (there.isPresent() && there.get().table.isPresent()) {
            return column(level, source, number, there.get().table, "", "", node.number("vartype"));
        }
        var entry = there.filter(s -> source >= 1 && source <= s.entries.size()).map(s -> s.entries.get(source - 1));
        if (entry.isEmpty()) {
            return opaque(node);
        }
        var merged = merged(entry.get(), number);
        if (merged.isPresent()) {
            return Rewriter.shift(new ExprReader(names, there.get()).expr(merged.get()), level);
        }
        return column(
                level,
                source,
                number,
                table(entry.get()),
                alias(entry.get()),
                name(entry.get(), number),
                node.number("vartype"));
    }

    private Expr column(int level, int source, int number, OptionalLong table, String alias, String name, long type) {
        var oid = table.isPresent() ? Optional.of(table.getAsLong()) : Optional.<Long>empty();
        var current = oid.flatMap(relation -> names.column(relation, number)).orElse(name);
        return new Expr.Column(level, source, number, oid, alias, number == 0 ? "*" : current, type);
    }

    /// The expression behind a column of a join or of GROUP BY.
    private static Optional<Node> merged(Node.Struct entry, int number) {
        var columns = switch ((int) entry.number("rtekind")) {
            case 2 -> entry.list("joinaliasvars");
            case 9 -> entry.list("groupexprs");
            default -> List.<Node>of();
        };
        return number >= 1 && number <= columns.size() ? Optional.of(columns.get(number - 1)) : Optional.empty();
    }

    private static OptionalLong table(Node.Struct entry) {
        return entry.number("rtekind") == 0 ? OptionalLong.of(entry.number("relid")) : OptionalLong.empty();
    }

    private static String alias(Node.Struct entry) {
        return entry.struct("eref").map(eref -> eref.text("aliasname")).orElse("");
    }

    private static String name(Node.Struct entry, int number) {
        var columns = entry.struct("eref").map(eref -> eref.list("colnames")).orElse(List.of());
        return number >= 1 && number <= columns.size() && columns.get(number - 1) instanceof Node.Atom(var name)
                ? name
                : "";
    }

    // --- queries -------------------------------------------------------------------------------------------------

    private Query query(Node.Struct node) {
        var entries = node.get("rtable").structs().toList();
        var inner = new ExprReader(names, new Scope(Optional.of(scope), entries, OptionalLong.empty()));
        return inner.within(node);
    }

    private Query within(Node.Struct node) {
        return new Query(
                command(node),
                scope.entries.stream().map(this::source).toList(),
                joins(node)
                        .flatMap(join -> join.struct("quals").stream())
                        .map(this::expr)
                        .toList(),
                condition(node).map(this::expr),
                written(node, "targetList", result(node)),
                others(node).map(this::expr).toList(),
                shape(node),
                node.get("cteList").structs().map(this::common).toList(),
                node.number("resultRelation") == 0 ? Optional.empty() : Optional.of(change(node)));
    }

    /// The join condition of MERGE, which is a separate field since version 17.
    private static Optional<Node.Struct> condition(Node.Struct node) {
        return node.struct("mergeJoinCondition")
                .or(() -> node.struct("jointree").flatMap(tree -> tree.struct("quals")));
    }

    private Query.Change change(Node.Struct node) {
        var table = result(node);
        return new Query.Change(
                (int) node.number("resultRelation"),
                node.get("returningList").structs().map(this::target).toList(),
                node.struct("onConflict").map(clause -> conflict(clause, table)),
                node.get("mergeActionList")
                        .structs()
                        .map(action -> action(action, table))
                        .toList());
    }

    /// The table that the query writes, or 0.
    private long result(Node.Struct node) {
        var place = (int) node.number("resultRelation");
        return place >= 1 && place <= scope.entries.size()
                ? scope.entries.get(place - 1).number("relid")
                : 0;
    }

    private Query.Conflict conflict(Node.Struct node, long table) {
        var arbiters = node.get("arbiterElems").structs().map(element -> expr(element.get("expr")));
        return new Query.Conflict(
                arbiters.toList(),
                node.struct("arbiterWhere").map(this::expr),
                node.number("constraint"),
                node.number("action") == 2,
                (int) node.number("exclRelIndex"),
                written(node, "onConflictSet", table),
                node.struct("onConflictWhere").map(this::expr));
    }

    private Query.Action action(Node.Struct node, long table) {
        var command = command(node);
        return new Query.Action(
                command == Query.Command.UTILITY ? Query.Command.UNKNOWN : command,
                when(node),
                node.struct("qual").map(this::expr),
                written(node, "targetList", table));
    }

    /// The WHEN clause's kind. Before version 17 there was only MATCHED or not.
    private static Query.Action.When when(Node.Struct node) {
        if (node.fields().containsKey("matched")) {
            return node.flag("matched") ? Query.Action.When.MATCHED : Query.Action.When.NOT_MATCHED;
        }
        return Query.Action.When.values()[(int) node.number("matchKind")];
    }

    private static Query.Command command(Node.Struct node) {
        var commands = Query.Command.values();
        var command = (int) node.number("commandType");
        // Version 15 inserted MERGE between DELETE and UTILITY.
        return command < commands.length ? commands[command] : Query.Command.UNKNOWN;
    }

    private static Stream<Node.Struct> others(Node.Struct node) {
        var fields = Stream.of("havingQual", "limitCount", "limitOffset");
        return fields.flatMap(field -> node.get(field).structs());
    }

    private static Shape shape(Node.Struct node) {
        return new Shape(
                node.flag("hasAggs") || node.struct("havingQual").isPresent(),
                !node.list("groupClause").isEmpty()
                        || !node.list("groupingSets").isEmpty(),
                leavesRowsOut(node),
                combined(node),
                outer(node),
                node.flag("hasTargetSRFs") || !node.list("groupingSets").isEmpty());
    }

    private static Combined combined(Node.Struct node) {
        var operations = node.struct("setOperations").stream()
                .flatMap(ExprReader::operations)
                .map(operation -> operation.number("op") == 1)
                .distinct()
                .toList();
        if (operations.size() > 1) {
            return Combined.MIXED;
        }
        return operations.isEmpty() ? Combined.NONE : operations.getFirst() ? Combined.UNION : Combined.NARROWING;
    }

    private static Stream<Node.Struct> operations(Node.Struct operation) {
        return operation.tag().equals("SETOPERATIONSTMT")
                ? Stream.concat(
                        Stream.of(operation),
                        Stream.of(operation.struct("larg"), operation.struct("rarg"))
                                .flatMap(Optional::stream)
                                .flatMap(ExprReader::operations))
                : Stream.empty();
    }

    /// The outer joins of a query. The conditions of a join within a side that may be NULL are among those of
    /// each outer join around it.
    private static List<Outer> outer(Node.Struct node) {
        var conditions = joins(node)
                .flatMap(join -> join.struct("quals").stream().map(_ -> join))
                .toList();
        return joins(node)
                .flatMap(join -> nullable(join)
                        .map(side -> new Outer(
                                places(side).collect(Collectors.toSet()),
                                IntStream.range(0, conditions.size())
                                        .filter(i -> conditions.get(i) == join
                                                || joinsOf(side).anyMatch(inner -> inner == conditions.get(i)))
                                        .boxed()
                                        .collect(Collectors.toSet()))))
                .toList();
    }

    /// The sides of a join that a row of the other side need not match.
    private static Stream<Node.Struct> nullable(Node.Struct join) {
        var sides = switch ((int) join.number("jointype")) {
            case 0 -> Stream.<String>empty();
            case 1 -> Stream.of("rarg");
            case 3 -> Stream.of("larg");
            default -> Stream.of("larg", "rarg");
        };
        return sides.flatMap(side -> join.struct(side).stream());
    }

    private static Stream<Integer> places(Node.Struct item) {
        return item.tag().equals("JOINEXPR")
                ? Stream.of(item.struct("larg"), item.struct("rarg"))
                        .flatMap(Optional::stream)
                        .flatMap(ExprReader::places)
                : Stream.of((int) item.number("rtindex"));
    }

    /// Whether it may omit rows: LIMIT and OFFSET, DISTINCT ON, SKIP LOCKED, TABLESAMPLE and ONLY.
    private static boolean leavesRowsOut(Node.Struct node) {
        return node.struct("limitCount").isPresent()
                || node.struct("limitOffset").isPresent()
                || node.flag("hasDistinctOn")
                || !node.list("rowMarks").isEmpty()
                || node.get("rtable").structs().anyMatch(ExprReader::isPartOfATable);
    }

    private static boolean isPartOfATable(Node.Struct entry) {
        return entry.number("rtekind") == 0
                && (entry.struct("tablesample").isPresent()
                        || "rp".contains(entry.text("relkind")) && !entry.flag("inh"));
    }

    private static Stream<Node.Struct> joins(Node.Struct node) {
        return node.struct("jointree").stream()
                .flatMap(tree -> tree.get("fromlist").structs())
                .flatMap(ExprReader::joinsOf);
    }

    private static Stream<Node.Struct> joinsOf(Node.Struct item) {
        if (!item.tag().equals("JOINEXPR")) {
            return Stream.empty();
        }
        var sides = Stream.of(item.struct("larg"), item.struct("rarg")).flatMap(Optional::stream);
        return Stream.concat(Stream.of(item), sides.flatMap(ExprReader::joinsOf));
    }

    /// The columns of the written table, by their numbers there.
    private List<Target> written(Node.Struct node, String field, long table) {
        return node.get(field).structs().map(entry -> written(entry, table)).toList();
    }

    private Target written(Node.Struct node, long table) {
        var target = target(node);
        var name = names.column(table, (int) node.number("resno")).filter(_ -> !target.junk());
        return new Target(target.expression(), name.orElse(target.name()), target.junk());
    }

    private Target target(Node.Struct node) {
        return new Target(expr(node.get("expr")), node.text("resname"), node.flag("resjunk"));
    }

    private Common common(Node.Struct node) {
        var query = node.struct("ctequery").map(this::query);
        var empty = new Query(
                Query.Command.UNKNOWN,
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                Shape.PLAIN,
                List.of(),
                Optional.empty());
        return new Common(node.text("ctename"), query.orElse(empty));
    }

    private Source source(Node.Struct entry) {
        var alias = alias(entry);
        return switch ((int) entry.number("rtekind")) {
            case 0 ->
                entry.text("relkind").equals("c")
                        ? new Source.Other(List.of(), alias)
                        : new Source.Table(entry.number("relid"), alias);
            case 1 ->
                entry.struct("subquery")
                        .<Source>map(query -> new Source.Derived(query(query), alias))
                        .orElse(new Source.Other(List.of(), alias));
            case 3 -> new Source.Functions(functions(entry), alias);
            case 5 -> new Source.Values(values(entry), alias);
            case 6 -> new Source.CommonUse(entry.text("ctename"), (int) entry.number("ctelevelsup"), alias);
            case 2, 8, 9 -> new Source.Other(List.of(), alias);
            default -> new Source.Other(List.of(opaque(entry)), alias);
        };
    }

    private List<Expr> functions(Node.Struct entry) {
        return entry.get("functions")
                .structs()
                .map(function -> expr(function.get("funcexpr")))
                .toList();
    }

    private List<List<Expr>> values(Node.Struct entry) {
        return entry.get("values_lists").elements().stream()
                .map(row -> all(row.elements()))
                .toList();
    }
}
