package io.processexecutor.serialization;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the rooms of serialization point down only. */
@AnalyzeClasses(packages = "io.processexecutor.serialization", importOptions = ImportOption.DoNotIncludeTests.class)
class SerializationRoomsTests {

    @ArchTest
    static final ArchRule no_cycles =
            slices().matching("io.processexecutor.(serialization..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule what_explains_knows_no_engine = noClasses()
            .that()
            .resideInAnyPackage("..serialization.explain", "..serialization.lambda", "..serialization.access")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..serialization.graph..", "com.esotericsoftware..");

    @ArchTest
    static final ArchRule serialization_knows_no_pool = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.processexecutor.pool..", "io.processexecutor.worker..", "io.processexecutor.internal..");
}
