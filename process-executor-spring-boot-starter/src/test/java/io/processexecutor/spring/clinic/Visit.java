package io.processexecutor.spring.clinic;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.io.Serializable;
import java.time.LocalDate;

/** Knows its pet, which is a proxy until it is asked for something. */
@Entity
public class Visit implements Serializable {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Integer id;

    @Column(name = "visit_day")
    LocalDate day;

    String description;

    @ManyToOne(fetch = FetchType.LAZY)
    Pet pet;

    public String getDescription() {
        return description;
    }

    public Pet getPet() {
        return pet;
    }
}
