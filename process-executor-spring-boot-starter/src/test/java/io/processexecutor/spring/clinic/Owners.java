package io.processexecutor.spring.clinic;

import java.util.Optional;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.EntityGraph.EntityGraphType;
import org.springframework.data.jpa.repository.JpaRepository;

/** The owners in the database. */
public interface Owners extends JpaRepository<Owner, Integer> {

    @EntityGraph(attributePaths = "pets", type = EntityGraphType.LOAD)
    Optional<Owner> findWithPetsById(Integer id);

    @EntityGraph(attributePaths = "pets", type = EntityGraphType.LOAD)
    Page<Owner> findWithPetsByCity(String city, Pageable page);
}
