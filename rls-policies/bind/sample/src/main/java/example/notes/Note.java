package example.notes;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/// A note. The database fills in its tenant and compares it.
@Entity
@Table(schema = "notes")
class Note {

    @Id
    @GeneratedValue
    UUID id;

    String title;

    protected Note() {}

    Note(String title) {
        this.title = title;
    }
}
