package io.processexecutor.spring.handmade;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** What the application has in its database. */
@Entity
class Thing {

    @Id
    private long id;

    long id() {
        return id;
    }
}
