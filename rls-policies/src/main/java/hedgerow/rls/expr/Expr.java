package hedgerow.rls.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// An SQL expression, with every name resolved by the server that stored it.
///
/// Equal expressions are equal records: their position in the text is not kept. Types, functions, operators
/// and collations are object identifiers, whose names [Names] knows. An unknown node is [Opaque].
public sealed interface Expr {

    /// The object identifier of its type, 0 if that is not known.
    long type();

    /// The operands, in order. A sub-query's own expressions are not among them: they are one level deeper.
    List<Expr> children();

    /// An expression of the same kind over other operands, as many as [#children()].
    Expr with(List<Expr> children);

    /// The expression as seen from `levels` queries further in; from further out if negative.
    default Expr shift(int levels) {
        return Rewriter.shift(this, levels);
    }

    /// The expression over `arguments` in place of [Parameter]s.
    default Expr bind(List<Expr> arguments) {
        return Rewriter.bind(this, arguments);
    }

    /// A column of a row.
    ///
    /// @param level the number of queries between it and its relation's query
    /// @param source place of the relation in the range table of that query, from 1
    /// @param number of the column; 0 for the whole row, negative for a system column
    /// @param table the relation, if the row comes from one directly
    record Column(int level, int source, int number, Optional<Long> table, String alias, String name, long type)
            implements Leaf {

        Column at(int other) {
            return new Column(level, other, number, table, alias, name, type);
        }

        public Column up(int levels) {
            return new Column(level + levels, source, number, table, alias, name, type);
        }
    }

    /// A constant.
    ///
    /// @param value [Value#UNKNOWN] for a type that is not decoded
    /// @param bytes as stored, so that undecoded constants can be distinguished
    record Constant(Value value, String bytes, long type) implements Leaf {}

    /// The parameter `$number` of a function's body.
    record Parameter(int number, long type) implements Leaf {}

    /// The output column `number` of the compared sub-query, inside [Subquery#test()].
    record Output(int number, long type) implements Leaf {}

    /// The operand `x` of `CASE x WHEN` or of an array coercion.
    record Subject(long type) implements Leaf {}

    /// A value of the session, such as `current_user` or `current_date`.
    record SessionValue(Kind kind, long type) implements Leaf {

        /// The kinds, in the server's order.
        public enum Kind {
            CURRENT_DATE,
            CURRENT_TIME,
            CURRENT_TIME_N,
            CURRENT_TIMESTAMP,
            CURRENT_TIMESTAMP_N,
            LOCALTIME,
            LOCALTIME_N,
            LOCALTIMESTAMP,
            LOCALTIMESTAMP_N,
            CURRENT_ROLE,
            CURRENT_USER,
            USER,
            SESSION_USER,
            CURRENT_CATALOG,
            CURRENT_SCHEMA;

            /// Whether it identifies the user who runs the statement.
            public boolean isUser() {
                return this == CURRENT_ROLE || this == CURRENT_USER || this == USER || this == SESSION_USER;
            }
        }
    }

    record Call(long function, List<Expr> arguments, long type, long collation) implements Expr {
        @Override
        public List<Expr> children() {
            return arguments;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Call(function, children, type, collation);
        }
    }

    /// A call of a function whose body could be read.
    ///
    /// @param body over the arguments
    record Inlined(Call call, Expr body) implements Expr {
        @Override
        public long type() {
            return call.type;
        }

        @Override
        public List<Expr> children() {
            return List.of(body);
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Inlined(call, children.getFirst());
        }
    }

    /// An operator with one or two operands.
    record Operator(long operator, long function, List<Expr> operands, long type, long collation) implements Expr {
        @Override
        public List<Expr> children() {
            return operands;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Operator(operator, function, children, type, collation);
        }
    }

    record And(List<Expr> operands) implements Logical {
        @Override
        public Expr with(List<Expr> children) {
            return new And(children);
        }
    }

    record Or(List<Expr> operands) implements Logical {
        @Override
        public Expr with(List<Expr> children) {
            return new Or(children);
        }
    }

    record Not(Expr operand) implements Logical {
        @Override
        public List<Expr> operands() {
            return List.of(operand);
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Not(children.getFirst());
        }
    }

    /// The tests `IS NULL` and `IS NOT NULL`.
    ///
    /// @param row whether every field of a row is tested
    record NullTest(Expr operand, boolean isNull, boolean row) implements Logical {
        @Override
        public List<Expr> operands() {
            return List.of(operand);
        }

        @Override
        public Expr with(List<Expr> children) {
            return new NullTest(children.getFirst(), isNull, row);
        }
    }

    record BooleanTest(Expr operand, Kind kind) implements Logical {

        /// The kinds, in the server's order.
        public enum Kind {
            IS_TRUE,
            IS_NOT_TRUE,
            IS_FALSE,
            IS_NOT_FALSE,
            IS_UNKNOWN,
            IS_NOT_UNKNOWN
        }

        @Override
        public List<Expr> operands() {
            return List.of(operand);
        }

        @Override
        public Expr with(List<Expr> children) {
            return new BooleanTest(children.getFirst(), kind);
        }
    }

    /// The comparison `IS DISTINCT FROM`; its negation is [Not].
    record Distinct(Operator equality) implements Logical {
        @Override
        public List<Expr> operands() {
            return equality.operands;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Distinct((Operator) equality.with(children));
        }
    }

    record NullIf(Operator equality) implements Expr {
        @Override
        public long type() {
            return equality.operands.getFirst().type();
        }

        @Override
        public List<Expr> children() {
            return equality.operands;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new NullIf((Operator) equality.with(children));
        }
    }

    /// A CASE expression.
    ///
    /// @param subject of `CASE x WHEN`; the conditions then compare [Subject]
    record Case(Optional<Expr> subject, List<When> whens, Optional<Expr> otherwise, long type) implements Expr {

        public record When(Expr condition, Expr result) {}

        @Override
        public List<Expr> children() {
            var pairs = whens.stream().flatMap(when -> Stream.of(when.condition, when.result));
            return Stream.of(subject.stream(), pairs, otherwise.stream())
                    .flatMap(part -> part)
                    .toList();
        }

        @Override
        public Expr with(List<Expr> children) {
            var rest = new ArrayList<>(children);
            var newSubject = subject.map(_ -> rest.removeFirst());
            var newOtherwise = otherwise.map(_ -> rest.removeLast());
            var newWhens = new ArrayList<When>();
            for (var i = 0; i < rest.size(); i += 2) {
                newWhens.add(new When(rest.get(i), rest.get(i + 1)));
            }
            return new Case(newSubject, newWhens, newOtherwise, type);
        }
    }

    record Coalesce(List<Expr> arguments, long type) implements Expr {
        @Override
        public List<Expr> children() {
            return arguments;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Coalesce(children, type);
        }
    }

    /// The expressions `GREATEST` and `LEAST`.
    record Extreme(boolean greatest, List<Expr> arguments, long type) implements Expr {
        @Override
        public List<Expr> children() {
            return arguments;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Extreme(greatest, children, type);
        }
    }

    /// A cast that calls no function of its own; one that does is a [Call].
    record Cast(Expr operand, Kind kind, long type) implements Expr {

        public enum Kind {
            /// A change of the type that keeps the bytes.
            RELABEL,
            /// A conversion through the text form.
            IO,
            /// A conversion element by element.
            ARRAY,
            ROW,
            DOMAIN,
            COLLATE
        }

        @Override
        public List<Expr> children() {
            return List.of(operand);
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Cast(children.getFirst(), kind, type);
        }
    }

    /// A comparison with an array, `x = ANY (array)` or `x <> ALL (array)`; `IN (list)` is one too.
    record Quantified(Operator comparison, boolean any) implements Logical {
        @Override
        public List<Expr> operands() {
            return comparison.operands;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Quantified((Operator) comparison.with(children), any);
        }
    }

    record ArrayOf(List<Expr> elements, long type) implements Expr {
        @Override
        public List<Expr> children() {
            return elements;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new ArrayOf(children, type);
        }
    }

    record Row(List<Expr> fields, long type) implements Expr {
        @Override
        public List<Expr> children() {
            return fields;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Row(children, type);
        }
    }

    /// A field of a composite value.
    record Field(Expr operand, int number, long type) implements Expr {
        @Override
        public List<Expr> children() {
            return List.of(operand);
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Field(children.getFirst(), number, type);
        }
    }

    /// A sub-query.
    ///
    /// @param test the comparison with each row: [Kind#ANY], [Kind#ALL]
    record Subquery(Kind kind, Optional<Expr> test, Query query, long type) implements Expr {

        /// The kinds, in the server's order.
        public enum Kind {
            EXISTS,
            ALL,
            ANY,
            ROW_COMPARE,
            SCALAR,
            MULTI,
            ARRAY,
            CTE
        }

        @Override
        public List<Expr> children() {
            return test.stream().toList();
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Subquery(kind, children.stream().findFirst(), query, type);
        }

        public Subquery over(Query other) {
            return new Subquery(kind, test, other, type);
        }
    }

    /// Any other node.
    ///
    /// @param node the server's name for it
    /// @param parts the expressions within that could be read
    record Opaque(String node, List<Expr> parts, long type) implements Expr {
        @Override
        public List<Expr> children() {
            return parts;
        }

        @Override
        public Expr with(List<Expr> children) {
            return new Opaque(node, children, type);
        }
    }

    /// An expression without operands.
    sealed interface Leaf extends Expr {
        @Override
        default List<Expr> children() {
            return List.of();
        }

        @Override
        default Expr with(List<Expr> children) {
            return this;
        }
    }

    /// An expression that is a truth value.
    sealed interface Logical extends Expr {

        List<Expr> operands();

        @Override
        default List<Expr> children() {
            return operands();
        }

        @Override
        default long type() {
            return Types.BOOL;
        }
    }

    Expr TRUE = new Constant(Value.TRUE, "01", Types.BOOL);
    Expr FALSE = new Constant(Value.FALSE, "00", Types.BOOL);
}
