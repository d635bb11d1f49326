package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Tenancy;
import hedgerow.rls.prove.Prover;
import java.sql.Connection;
import java.sql.SQLException;

/// The facts about a database before any row is made.
record Ground(
        Model model,
        Tenancy tenancy,
        Links links,
        Facts facts,
        Samples samples,
        Hints hints,
        Ownership ownership,
        Marks marks,
        Entrants entrants) {

    static Ground of(Connection connection, Catalog catalog, Settings settings, ProbeOptions options)
            throws SQLException {
        var model = Prover.model(connection, catalog, settings);
        var tenancy = new Tenancy(model);
        tenancy.alsoWritten(Ownership.writtenByTriggers(model));
        var links = new Links(model, tenancy);
        var facts = new Facts(connection);
        var hints = new Hints(model, tenancy, facts);
        var ownership = new Ownership(model, tenancy, links);
        return new Ground(
                model,
                tenancy,
                links,
                facts,
                new Samples(catalog, facts, options.seed()),
                hints,
                ownership,
                new Marks(tenancy, links, ownership),
                new Entrants(model, tenancy, hints, options));
    }
}
