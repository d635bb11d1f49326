package example.notes;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository("jdbc")
class JdbcNotes implements Notes {

    private final JdbcTemplate jdbc;

    JdbcNotes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<String> titles() {
        return jdbc.queryForList("select title from notes.note order by title", String.class);
    }

    @Override
    public void add(String title) {
        jdbc.update("insert into notes.note (title) values (?)", title);
    }

    @Override
    public void deleteAll() {
        jdbc.update("delete from notes.note");
    }
}
