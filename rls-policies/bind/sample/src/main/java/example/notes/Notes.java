package example.notes;

import java.util.List;

/// The notes of the tenant in scope. No statement behind this interface names a tenant.
interface Notes {

    List<String> titles();

    void add(String title);

    void deleteAll();
}
