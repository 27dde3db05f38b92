package io.processexecutor;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rooms of the core and the ways between them. */
class ArchitectureTest {

    private static final String ROOT = "io.processexecutor";
    private static final String EVENT = "io.processexecutor.event";
    private static final String POOL = "io.processexecutor.pool..";
    private static final String WORKER = "io.processexecutor.worker..";
    private static final String PROCESS = "io.processexecutor.internal.process..";
    private static final String FILES = "io.processexecutor.internal.files..";
    private static final String OS = "io.processexecutor.internal.os..";
    private static final String PROTOCOL = "io.processexecutor.internal.protocol..";
    private static final String SHARING = "io.processexecutor.internal.sharing..";
    private static final String SERIALIZATION = "io.processexecutor.serialization..";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void noPackageIsInACycle() {
        slices().matching("io.processexecutor.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void theContractKnowsTheJdkAndItsEventsOnly() {
        classes()
                .that()
                .resideInAPackage(ROOT)
                .should(onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", ROOT, EVENT)))
                .check(CORE);
    }

    @Test
    void eventsKnowTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage(EVENT)
                .should(onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", EVENT)))
                .check(CORE);
    }

    @Test
    void theWorkerKnowsNothingOfItsParent() {
        mustNotKnow(WORKER, POOL, PROCESS);
    }

    @Test
    void theProtocolKnowsNobodyWhoSpeaksIt() {
        mustNotKnow(PROTOCOL, POOL, WORKER, PROCESS, SHARING, SERIALIZATION);
    }

    @Test
    void serializationKnowsNoProcesses() {
        mustNotKnow(SERIALIZATION, POOL, WORKER, PROCESS, PROTOCOL, SHARING);
    }

    @Test
    void whoLaunchesWorkersKnowsTheirMainClassByNameOnly() {
        mustNotKnow(PROCESS, POOL, WORKER, SHARING, SERIALIZATION);
    }

    @Test
    void whatIsKnownOfTheOperatingSystemKnowsTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage(OS)
                .should(onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", OS)))
                .check(CORE);
    }

    @Test
    void sharedFilesKnowNothingOfWhatIsInThem() {
        mustNotKnow(FILES, POOL, WORKER, PROCESS, PROTOCOL, SHARING, SERIALIZATION);
    }

    @Test
    void whatIsSharedKnowsNoProcesses() {
        mustNotKnow(SHARING, POOL, WORKER, PROCESS);
    }

    @Test
    void nobodyKnowsThePool() {
        noClasses()
                .that()
                .resideOutsideOfPackage(POOL)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(POOL)
                .check(CORE);
    }

    @Test
    void theCoreKnowsNeitherSpringNorMicrometer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.micrometer..")
                .check(CORE);
    }

    @Test
    void nothingIsNullUnlessItSaysSo() {
        List<JavaPackage> packages = packagesWithClasses();
        assertThat(packages).hasSizeGreaterThan(6);
        assertThat(packages)
                .allSatisfy(each -> assertThat(each.isAnnotatedWith(NullMarked.class))
                        .as("%s is @NullMarked", each.getName())
                        .isTrue());
    }

    @Test
    void usersAreOfferedTheExecutorAndTheSerializersOnly() {
        assertThat(publicTypesOf("io.processexecutor.pool"))
                .containsExactlyInAnyOrder("ProcessPoolExecutor", "ProcessPoolExecutor$Builder");
        // ExecutorSerializers is for pool and worker, which live elsewhere.
        assertThat(publicTypesOf("io.processexecutor.serialization"))
                .containsExactlyInAnyOrder("TaskSerializers", "ExecutorSerializers");
        assertThat(publicTypesOf("io.processexecutor.worker")).containsExactly("WorkerMain");
    }

    private static void mustNotKnow(String room, String... others) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CORE);
    }

    private static Set<String> publicTypesOf(String packageName) {
        return CORE.stream()
                .filter(each -> each.getPackageName().equals(packageName))
                .filter(modifier(JavaModifier.PUBLIC))
                .filter(ArchitectureTest::isReachable)
                .map(each -> each.getName().substring(packageName.length() + 1))
                .collect(Collectors.toSet());
    }

    private static boolean isReachable(JavaClass type) {
        return type.getEnclosingClass()
                .map(outer -> outer.getModifiers().contains(JavaModifier.PUBLIC) && isReachable(outer))
                .orElse(true);
    }

    private static List<JavaPackage> packagesWithClasses() {
        List<JavaPackage> found = new ArrayList<>();
        Deque<JavaPackage> left = new ArrayDeque<>(List.of(CORE.getPackage(ROOT)));
        while (!left.isEmpty()) {
            JavaPackage next = left.remove();
            left.addAll(next.getSubpackages());
            if (!next.getClasses().isEmpty()) {
                found.add(next);
            }
        }
        return found;
    }
}
