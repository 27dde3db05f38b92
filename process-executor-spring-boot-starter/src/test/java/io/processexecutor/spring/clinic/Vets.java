package io.processexecutor.spring.clinic;

import java.util.List;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.data.repository.Repository;

/** The vets in the database, of which each process remembers those that it has read. */
public interface Vets extends Repository<Vet, Integer> {

    @Cacheable("vets")
    List<Vet> findAll();
}
