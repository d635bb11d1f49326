package hedgerow.rls.review;

import java.time.Instant;
import java.util.Optional;

/// The reviewed database, with the date, the versions and the role of the connection.
///
/// @param hedgerow version of the tool
/// @param postgres version of the server
/// @param database never with a password: `database shop on db.example.org:5432`, `schema.sql`
/// @param user role of the connection; empty if files were loaded
public record Provenance(Instant at, String hedgerow, String postgres, String database, Optional<String> user) {}
