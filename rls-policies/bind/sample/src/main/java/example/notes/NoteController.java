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

/// One resource in three ways: `/jdbc`, `/jpa`, `/jooq`.
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

    /// Answers on a thread of Spring's executor.
    @GetMapping("/{way}/later")
    Callable<List<String>> titlesLater(@PathVariable("way") String way) {
        return () -> ways.get(way).titles();
    }

    @PostMapping("/{way}")
    void add(@PathVariable("way") String way, @RequestBody String title) {
        ways.get(way).add(title);
    }

    /// Deletes without a condition: the policies confine it to the tenant's notes.
    @DeleteMapping("/{way}")
    void deleteAll(@PathVariable("way") String way) {
        ways.get(way).deleteAll();
    }

    /// Handles a refusal of the binder, whichever library it came through; its message names the remedy.
    @ExceptionHandler
    ResponseEntity<String> refuse(Exception failure) throws Exception {
        return Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause)
                .filter(cause -> cause instanceof SQLException refused && NO_TENANT.equals(refused.getSQLState()))
                .findFirst()
                .map(refused -> ResponseEntity.status(401).body(refused.getMessage()))
                .orElseThrow(() -> failure);
    }
}
