package io.processexecutor.spring;

import java.io.Serial;

/** The application runs where no worker can be started, on a Spring Boot that this starter is not made for, or with a setting that cannot be. */
final class UnusableSetupException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String action;

    UnusableSetupException(String description, String action) {
        super(description);
        this.action = action;
    }

    /** What the user can do about it. */
    String action() {
        return action;
    }
}
