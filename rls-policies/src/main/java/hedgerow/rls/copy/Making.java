package hedgerow.rls.copy;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.copy.CatalogFacts.Thing;
import hedgerow.rls.copy.Piece.Key;
import hedgerow.rls.copy.SchemaCopy.Missing;
import hedgerow.rls.copy.Step.Phase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes one copy: writes, reads the result back, and lists the missing parts.
final class Making {

    /// The steps whose failure affects all objects.
    private static final Set<Step> EVERYWHERE =
            EnumSet.of(Step.ROLES, Step.ATTRIBUTES, Step.MEMBERSHIPS, Step.STORED_SETTINGS);

    private static final Set<String> EVERYWHERE_IN_CATALOG =
            Set.of("server", "roles", "memberships", "schemas", "storedSettings", "parameterGrants");

    private static final long RELATIONS = 1259;
    private static final long FUNCTIONS = 1255;
    private static final String DIFFERS = "it is another on the copy";

    private final CatalogSide source;
    private final Catalog catalog;
    private final Target target;
    private final Dependencies dependencies;

    /// Prepares a copy.
    ///
    /// @param catalog of the source
    Making(CatalogSide source, Catalog catalog, Target target) {
        this.source = source;
        this.catalog = catalog;
        this.target = target;
        this.dependencies = new Dependencies(source.pieces(), source.edges());
    }

    /// The result.
    ///
    /// @param missing the missing parts that affect row security
    /// @param unlike all differences between the catalogs
    record Made(List<Missing> missing, List<Thing> unlike) {}

    Made make() throws SQLException {
        var writer = new Writer(target, dependencies);
        writer.write(of(Phase.FOUNDATION));
        CopyServer.execute(target.admin(), CatalogSide.text("open_schemas"));
        writer.write(of(Phase.OBJECTS));
        target.expel();
        CopyServer.execute(target.admin(), CatalogSide.text("show_schemas"));
        writer.write(of(Phase.RIGHTS));
        CopyServer.execute(target.admin(), CatalogSide.text("forget_loader"));
        return compared(writer.failures());
    }

    private List<Piece> of(Phase phase) {
        return source.pieces().stream()
                .filter(piece -> piece.step().phase() == phase)
                .toList();
    }

    private Made compared(Map<Piece, String> failures) throws SQLException {
        var admin = target.admin();
        admin.setAutoCommit(false);
        try {
            var wrong = new LinkedHashMap<>(failures);
            wrong.putAll(new Likeness(source, CatalogSide.read(admin)).differences(failures.keySet()));
            var missing = new ArrayList<Missing>();
            wrong.forEach((piece, reason) -> missing.add(missing(piece, reason)));
            dependencies
                    .unmade()
                    .forEach((key, name) -> missing.add(
                            new Missing(name, "no statement is written for it", affected(Set.of(key)), false)));
            source.denied().forEach(what -> missing.add(new Missing(what, "it may not be read", Set.of(), true)));
            for (var table : CatalogSide.filled(admin)) {
                missing.add(new Missing(table, "code of the source filled it", named(table), false));
            }
            var unlike = unlike(Catalog.read(admin));
            missing.addAll(unnoticed(unlike, missing));
            return new Made(missing, unlike);
        } finally {
            admin.rollback();
            admin.setAutoCommit(true);
        }
    }

    private Missing missing(Piece piece, String reason) {
        var keys =
                Stream.concat(Stream.of(piece.key()), piece.relation().stream()).collect(Collectors.toSet());
        var affected = affected(keys);
        if (piece.step() == Step.EXTENSIONS) {
            affected.addAll(brought(piece.key().oid()));
        }
        return new Missing(piece.name(), reason, affected, EVERYWHERE.contains(piece.step()));
    }

    /// Relations and functions of an extension.
    private Set<String> brought(long oid) {
        var names = catalog.extensions().stream()
                .filter(extension -> extension.oid() == oid)
                .map(Catalog.Extension::name)
                .collect(Collectors.toSet());
        return Stream.concat(
                        catalog.relations().values().stream()
                                .filter(relation -> relation.extension()
                                        .filter(names::contains)
                                        .isPresent())
                                .map(Relation::quoted),
                        catalog.functions().values().stream()
                                .filter(function -> function.extension()
                                        .filter(names::contains)
                                        .isPresent())
                                .map(Function::quoted))
                .collect(Collectors.toSet());
    }

    private Set<String> affected(Set<Key> keys) {
        return Stream.concat(
                        keys.stream(),
                        dependencies.dependents(keys).stream()
                                .flatMap(other -> Stream.concat(Stream.of(other.key()), other.relation().stream())))
                .flatMap(key -> quoted(key).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Optional<String> quoted(Key key) {
        return key.catalog() == RELATIONS
                ? catalog.relation(key.oid()).map(Relation::quoted)
                : key.catalog() == FUNCTIONS ? catalog.function(key.oid()).map(Function::quoted) : Optional.empty();
    }

    /// The names of a table.
    ///
    /// @param table such as `table app.invoice`
    private static Set<String> named(String table) {
        return Set.of(table.substring(table.indexOf(' ') + 1));
    }

    private List<Thing> unlike(Catalog copy) throws SQLException {
        var there = CatalogFacts.of(catalog, Optional.empty());
        var here =
                CatalogFacts.of(copy, Optional.of(target.admin().getMetaData().getUserName()));
        return Stream.concat(there.keySet().stream(), here.keySet().stream())
                .distinct()
                .filter(thing -> !there.getOrDefault(thing, Collections.emptySortedSet())
                        .equals(here.getOrDefault(thing, Collections.emptySortedSet())))
                .toList();
    }

    /// The differences that no failed statement explains.
    private static List<Missing> unnoticed(List<Thing> unlike, Collection<Missing> known) {
        var affected =
                known.stream().flatMap(missing -> missing.affected().stream()).collect(Collectors.toSet());
        var everywhere = known.stream().anyMatch(Missing::everywhere);
        return unlike.stream()
                .filter(thing -> isGeneral(thing) ? !everywhere : isUsed(thing) && !affected.contains(thing.name()))
                .map(thing -> new Missing(
                        thing.toString(),
                        DIFFERS,
                        isGeneral(thing) ? Set.of() : Set.of(thing.name()),
                        isGeneral(thing)))
                .toList();
    }

    private static boolean isGeneral(Thing thing) {
        return EVERYWHERE_IN_CATALOG.contains(thing.kind());
    }

    private static boolean isUsed(Thing thing) {
        return thing.kind().equals("relations") || thing.kind().equals("functions");
    }
}
