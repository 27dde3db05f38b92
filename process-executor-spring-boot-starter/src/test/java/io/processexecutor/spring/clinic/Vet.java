package io.processexecutor.spring.clinic;

import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import java.time.DayOfWeek;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Always loaded whole: a set of what has a hash of its own, and a map. */
@Entity
public class Vet {

    @Id
    Integer id;

    String name;

    @ElementCollection(fetch = FetchType.EAGER)
    Set<Specialty> specialties = new HashSet<>();

    @ElementCollection(fetch = FetchType.EAGER)
    Map<DayOfWeek, String> rooms = new HashMap<>();

    public String getName() {
        return name;
    }

    public Set<Specialty> getSpecialties() {
        return specialties;
    }

    /** Equal by its name. */
    @Embeddable
    public static class Specialty {

        String name;

        Specialty() {}

        Specialty(String name) {
            this.name = name;
        }

        public String getName() {
            return name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Specialty same && same.name.equals(name);
        }

        @Override
        public int hashCode() {
            return Objects.hash(name);
        }
    }
}
