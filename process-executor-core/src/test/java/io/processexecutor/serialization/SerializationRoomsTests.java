package io.processexecutor.serialization;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of serialization point down only. */
class SerializationRoomsTests {

    private static final JavaClasses SERIALIZATION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.processexecutor.serialization");

    @Test
    void noRoomIsInACycle() {
        slices().matching("io.processexecutor.(serialization..)")
                .should()
                .beFreeOfCycles()
                .check(SERIALIZATION);
    }

    @Test
    void whatExplainsAndWhatReadsLambdasKnowsNoEngine() {
        noClasses()
                .that()
                .resideInAnyPackage("..serialization.explain", "..serialization.lambda", "..serialization.access")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..serialization.graph..", "com.esotericsoftware..")
                .check(SERIALIZATION);
    }
}
