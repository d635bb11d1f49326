package example.notes;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.springframework.stereotype.Repository;

@Repository("jooq")
class JooqNotes implements Notes {

    private static final Table<Record> NOTE = table(name("notes", "note"));
    private static final Field<String> TITLE = field(name("title"), String.class);

    private final DSLContext jooq;

    JooqNotes(DSLContext jooq) {
        this.jooq = jooq;
    }

    @Override
    public List<String> titles() {
        return jooq.select(TITLE).from(NOTE).orderBy(TITLE).fetch(TITLE);
    }

    @Override
    public void add(String title) {
        jooq.insertInto(NOTE).columns(TITLE).values(title).execute();
    }

    @Override
    public void deleteAll() {
        jooq.deleteFrom(NOTE).execute();
    }
}
