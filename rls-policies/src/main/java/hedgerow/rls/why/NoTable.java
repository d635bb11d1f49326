package hedgerow.rls.why;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A message for a relation without policies, which names the relation to examine instead.
final class NoTable {

    private static final String READ = """
        select distinct format('%I.%I', n.nspname, c.relname), pg_get_userbyid(v.relowner),
               coalesce((select option_value::boolean from pg_options_to_table(v.reloptions)
                          where option_name = 'security_invoker'), false)
          from pg_catalog.pg_class v
          join pg_catalog.pg_rewrite r on r.ev_class = v.oid
          join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                                     and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
          join pg_catalog.pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p', 'v', 'm', 'f')
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where v.oid = cast(? as bigint)
         order by 1
        """;

    private NoTable() {}

    static WhyProblem problem(Table relation, Connection connection) throws SQLException {
        return switch (relation.kind()) {
            case 'v' -> view(relation, connection);
            case 'm' ->
                WhyProblem.refused(
                        "%s is a materialized view: its rows are shown to whoever has SELECT on it"
                                .formatted(relation.sql()),
                        "ask about the tables that it was filled from");
            default ->
                WhyProblem.refused(
                        "%s is a foreign table, which has no policies: privileges alone decide"
                                .formatted(relation.sql()),
                        "ask about a table of this database");
        };
    }

    private static WhyProblem view(Table view, Connection connection) throws SQLException {
        var tables = new ArrayList<String>();
        var asker = "";
        try (var statement = connection.prepareStatement(READ)) {
            Table.set(statement, List.of(Long.toString(view.oid())));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                    asker = rows.getBoolean(3)
                            ? "whoever reads it, since it is a security_invoker view"
                            : "its owner %s, whoever reads it".formatted(rows.getString(2));
                }
            }
        }
        if (tables.isEmpty()) {
            return WhyProblem.refused("%s is a view that reads no table".formatted(view.sql()), "ask about a table");
        }
        return WhyProblem.refused(
                "%s is a view, which has no policies; those of its tables are asked as %s".formatted(view.sql(), asker),
                "ask about %s, as that role".formatted(String.join(" or ", tables)));
    }
}
