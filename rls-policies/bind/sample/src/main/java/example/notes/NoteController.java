package example.notes;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// The same three ways: `/jdbc`, `/jpa`, `/jooq`.
@RestController
class NoteController {

    private static final String NO_TENANT = "28000";

    private final Map<String, Notes> ways;

    NoteController(Map<String, Notes> ways) {
        this.ways = ways;
    }

    @GetMapping("/{way}")
    List<String> titles(@PathVariable("way") String way) {
        return ways.get(way).titles();
    }

    /// On a thread of Spring's executor.
    @GetMapping("/{way}/later")
    Callable<List<String>> titlesLater(@PathVariable("way") String way) {
        return () -> ways.get(way).titles();
    }

    @PostMapping("/{way}")
    void add(@PathVariable("way") String way, @RequestBody String title) {
        ways.get(way).add(title);
    }

    /// Without a condition: whose notes these are is for the database to say.
    @DeleteMapping("/{way}")
    void deleteAll(@PathVariable("way") String way) {
        ways.get(way).deleteAll();
    }

    /// Whichever library it came through: the binder refused, and its message says what to do.
    @ExceptionHandler
    ResponseEntity<String> refuse(Exception failure) throws Exception {
        return Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause)
                .filter(cause -> cause instanceof SQLException refused && NO_TENANT.equals(refused.getSQLState()))
                .findFirst()
                .map(refused -> ResponseEntity.status(401).body(refused.getMessage()))
                .orElseThrow(() -> failure);
    }
}
