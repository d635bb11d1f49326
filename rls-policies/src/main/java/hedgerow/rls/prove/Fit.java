package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.smt.Terms;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds texts for a model's rows that the checks of their tables admit: of most functions that these call, the
/// solver knows no more than the name.
final class Fit {

    private final Encoding encoding;
    private final Search search;
    private final Fitting fitting;
    private final Set<String> taken = new HashSet<>();
    private int number = 100;

    Fit(Encoding encoding, Search search) {
        this.encoding = encoding;
        this.search = search;
        this.fitting = new Fitting(encoding.model());
    }

    /// Requires other texts where a check refuses those of the model.
    ///
    /// @return whether there were such texts, and there is a model with others
    boolean improve() {
        var decoder = new Decoder(encoding, search.solver());
        var rows = Stream.concat(
                        encoding.rows().stream().filter(row -> decoder.isTrue(row.present())),
                        encoding.written().stream())
                .toList();
        rows.forEach(decoder::learn);
        var wanted = new HashMap<String, String>();
        rows.forEach(row -> misfits(row, decoder)
                .forEach((column, text) -> fitting(row, column, text)
                        .ifPresent(other ->
                                wanted.putIfAbsent(row.column(column.number()).term(), other))));
        return !wanted.isEmpty()
                && search.demand(() ->
                        wanted.forEach((term, text) -> encoding.script().require(Terms.eq(term, encoding.text(text)))));
    }

    private Map<Column, String> misfits(Slot row, Decoder decoder) {
        var misfits = new HashMap<Column, String>();
        row.columns()
                .forEach((number, value) -> row.table().column((long) number).ifPresent(column -> {
                    if (decoder.isText(column) && !decoder.isTrue(value.isNull())) {
                        decoder.text(value)
                                .filter(text -> !fitting.isAdmitted(row.table(), column, text))
                                .ifPresent(text -> misfits.put(column, text));
                    }
                }));
        return misfits;
    }

    private Optional<String> fitting(Slot row, Column column, String text) {
        return fitting.texts(row.table(), column, ++number)
                .filter(other -> !other.equals(text) && taken.add(other))
                .findFirst();
    }
}
