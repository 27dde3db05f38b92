package io.processexecutor.spring.clinic;

import org.springframework.data.jpa.repository.JpaRepository;

/** The visits in the database. */
public interface Visits extends JpaRepository<Visit, Integer> {}
