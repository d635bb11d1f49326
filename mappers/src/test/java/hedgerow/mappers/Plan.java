package hedgerow.mappers;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ibatis.mapping.BoundSql;

/// The generic plan of a statement: the one that serves every tenant once a statement is prepared.
record Plan(String sql, List<Node> nodes) {

    private static final AtomicInteger PREPARED = new AtomicInteger();

    private static final String FLATTEN = """
        with recursive node (plan, path) as (
            select explained.plan -> 0 -> 'Plan', '{}'::bigint[]
              from (select cast(? as jsonb)) explained (plan)
            union all
            select child.plan, node.path || child.number
              from node
             cross join jsonb_array_elements(node.plan -> 'Plans') with ordinality child (plan, number)
        )
        select plan ->> 'Node Type' as type, plan ->> 'Relation Name' as relation,
               concat_ws(' ', plan ->> 'Index Cond',
                         case when plan ->> 'Node Type' = 'Bitmap Heap Scan'
                              then plan -> 'Plans' -> 0 ->> 'Index Cond' end) as condition,
               concat_ws(' ', plan ->> 'Filter', plan ->> 'Join Filter') as per_row
          from node
         order by path
        """;

    /// A node of a plan.
    ///
    /// @param relation null where it reads no table
    /// @param condition the condition by which an index is searched
    /// @param perRow the condition that is evaluated for every row
    record Node(String type, String relation, String condition, String perRow) {}

    /// Plans a statement with the session's binding and settings.
    static Plan of(Connection app, Connection admin, BoundSql bound) throws SQLException {
        var name = "plan_" + PREPARED.incrementAndGet();
        var count = bound.getParameterMappings().size();
        var nulls = count == 0 ? "" : "(" + String.join(", ", Collections.nCopies(count, "null")) + ")";
        var before = app.setSavepoint();
        try (var statement = app.createStatement()) {
            statement.execute("prepare " + name + " as " + numbered(bound.getSql()));
            try (var rows = statement.executeQuery("explain (format json) execute " + name + nulls)) {
                rows.next();
                return new Plan(bound.getSql(), nodes(admin, rows.getString(1)));
            }
        } finally {
            app.rollback(before);
        }
    }

    /// The statement with its parameters numbered as SQL writes them.
    static String numbered(String sql) {
        var numbered = new StringBuilder();
        var number = 0;
        for (char c : sql.toCharArray()) {
            numbered.append(c == '?' ? "$" + ++number : String.valueOf(c));
        }
        return numbered.toString();
    }

    private static List<Node> nodes(Connection admin, String json) throws SQLException {
        try (var flatten = admin.prepareStatement(FLATTEN)) {
            flatten.setString(1, json);
            var nodes = new ArrayList<Node>();
            try (var rows = flatten.executeQuery()) {
                while (rows.next()) {
                    nodes.add(new Node(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
                }
            }
            return nodes;
        }
    }
}
