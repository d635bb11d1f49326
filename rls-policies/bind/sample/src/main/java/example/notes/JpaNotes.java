package example.notes;

import jakarta.persistence.EntityManager;
import java.util.List;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository("jpa")
@Transactional
class JpaNotes implements Notes {

    private final EntityManager entities;

    JpaNotes(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    @Transactional(readOnly = true)
    public List<String> titles() {
        return entities.createQuery("select title from Note order by title", String.class)
                .getResultList();
    }

    @Override
    public void add(String title) {
        entities.persist(new Note(title));
    }

    @Override
    public void deleteAll() {
        entities.createQuery("delete from Note").executeUpdate();
    }
}
