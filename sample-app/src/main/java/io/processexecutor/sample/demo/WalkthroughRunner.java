package io.processexecutor.sample.demo;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** The walkthrough for a terminal. */
@Component
@Profile("demo")
final class WalkthroughRunner implements ApplicationRunner {

    private final Walkthrough walkthrough;

    WalkthroughRunner(Walkthrough walkthrough) {
        this.walkthrough = walkthrough;
    }

    @Override
    public void run(ApplicationArguments arguments) throws Exception {
        walkthrough.run(System.out);
    }
}
