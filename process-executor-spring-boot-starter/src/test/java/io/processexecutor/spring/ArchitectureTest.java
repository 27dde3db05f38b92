package io.processexecutor.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rooms of the starter and the ways between them. */
class ArchitectureTest {

    private static final String ROOT = "io.processexecutor.spring";
    private static final String BEAN = "io.processexecutor.spring.bean..";
    private static final String WORKER = "io.processexecutor.spring.worker..";
    private static final String PROPAGATION = "io.processexecutor.spring.propagation..";

    private static final String JPA = "io.processexecutor.spring.jpa..";

    private static final JavaClasses STARTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void noPackageIsInACycle() {
        slices().matching("io.processexecutor.spring.(**)")
                .should()
                .beFreeOfCycles()
                .check(STARTER);
    }

    @Test
    void theRoomsKnowNothingOfTheAutoConfigurationThatUsesThem() {
        mustNotKnow(BEAN, ROOT, WORKER, PROPAGATION, JPA);
        mustNotKnow(WORKER, ROOT, PROPAGATION, JPA);
        mustNotKnow(PROPAGATION, ROOT, WORKER, BEAN, JPA);
        mustNotKnow(JPA, ROOT, WORKER, BEAN, PROPAGATION);
    }

    @Test
    void whatRunsInAWorkerKnowsNoPool() {
        mustNotKnow(WORKER, "io.processexecutor.pool..");
        mustNotKnow(BEAN, "io.processexecutor.pool..");
    }

    @Test
    void onlyTracingKnowsMicrometerBesideTheAutoConfiguration() {
        mustNotKnow(WORKER, "io.micrometer..");
        mustNotKnow(BEAN, "io.micrometer..");
    }

    @Test
    void onlyTheRoomOfEntitiesKnowsHibernateBesideTheAutoConfiguration() {
        for (String room : new String[] {WORKER, BEAN, PROPAGATION}) {
            mustNotKnow(room, "org.hibernate..");
        }
    }

    private static void mustNotKnow(String room, String... others) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(STARTER);
    }
}
