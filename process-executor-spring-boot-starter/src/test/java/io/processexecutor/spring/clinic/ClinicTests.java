package io.processexecutor.spring.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.spring.ProcessTaskExecutor;
import io.processexecutor.spring.clinic.Vet.Specialty;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.hibernate.Hibernate;
import org.hibernate.LazyInitializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.domain.Page;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** A web application with entities, and a service of it whose methods run in a worker. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "process-executor.workers=1",
            "process-executor.worker.max-heap=200MB",
            "process-executor.pools.strict.serialization.allowed-packages=io.processexecutor.spring.clinic",
            "spring.flyway.enabled=false",
            // Either would fail or destroy in a worker what is there.
            "spring.jpa.hibernate.ddl-auto=create-drop",
            "spring.jpa.defer-datasource-initialization=true",
            "spring.sql.init.mode=always",
            "spring.sql.init.data-locations=classpath:clinic/data.sql"
        })
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClinicTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final long HERE = ProcessHandle.current().pid();

    @TempDir
    static Path directory;

    @Autowired
    Surgery surgery;

    @Autowired
    Owners owners;

    @Autowired
    Visits visits;

    @Autowired
    ProcessTaskExecutor executor;

    @Autowired
    @Qualifier("strict")
    ProcessTaskExecutor strict;

    @Autowired
    TransactionTemplate transaction;

    @LocalServerPort
    int port;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add(
                "spring.datasource.url", () -> "jdbc:h2:file:" + directory.resolve("clinic") + ";AUTO_SERVER=TRUE");
    }

    @Test
    void pagesShowEntitiesOfAWorkerAsThoseOfTheApplication() throws Exception {
        String before = page("/owners/1");
        assertThat(before).contains("Jean Coleman", "Samantha", "2012-09-04", "Monona", "2 visits");
        assertThat(page("/workers/owners/1")).isEqualTo(before);
        assertThat(page("/owners/1")).isEqualTo(before);
        assertThat(page("/workers/vets")).isEqualTo(page("/vets")).contains("Linda Douglas", "<i>2</i>");
    }

    @Test
    void formsAreValidatedAndSavedAsEver() throws Exception {
        assertThat(got(surgery.owner(2)).getName()).isEqualTo("Eduardo Rodriquez");
        assertThat(post("/owners", "name=Maria&city=").body()).contains("must not be blank");
        HttpResponse<String> saved = post("/owners", "name=Maria&city=Madison");
        assertThat(saved.statusCode()).isEqualTo(302);
        int id = Integer.parseInt(
                saved.headers().firstValue("Location").orElseThrow().replaceAll(".*/", ""));
        assertThat(got(surgery.owner(id)).getCity()).isEqualTo("Madison");
        owners.deleteById(id);
    }

    @Test
    void anEntityArrivesWithTheRelationsThatWereLoaded() {
        Owner owner = got(surgery.owner(1));
        assertThat(owner.getPets()).extracting(Pet::getName).containsExactly("Max", "Samantha");
        assertThat(owner.getPets()).allSatisfy(pet -> assertThat(pet.getOwner()).isSameAs(owner));
        Pet samantha = owner.getPets().get(1);
        assertThat(samantha.getVisits()).extracting(Visit::getDescription).containsOnly("rabies shot", "spayed");
        assertThat(samantha.getVisits())
                .allSatisfy(visit -> assertThat(visit.getPet()).isSameAs(samantha));
        assertThat(Hibernate.isInitialized(owner.getPets())).isTrue();
    }

    @Test
    void optionalsPagesAndCollectionsOfEntitiesArrive() {
        assertThat(got(surgery.find(1))).get().extracting(Owner::getName).isEqualTo("Jean Coleman");
        assertThat(got(surgery.find(99))).isEmpty();
        Page<Owner> page = got(surgery.page("Monona"));
        assertThat(page.getTotalElements()).isEqualTo(1);
        assertThat(page.getContent().get(0).getPets()).hasSize(2);
        List<Pet> pets = got(surgery.pets(1));
        assertThat(pets).extracting(Pet::getName).containsExactly("Max", "Samantha");
        assertThat(pets.get(0).getOwner().getPets()).isSameAs(pets);
    }

    @Test
    void setsAndMapsBehaveAsTheyDid() {
        Vet vet = got(surgery.vets()).get(0);
        assertThat(vet.specialties)
                .contains(new Specialty("surgery"), new Specialty("dentistry"))
                .hasSize(2);
        assertThat(vet.rooms).isEqualTo(Map.of(DayOfWeek.MONDAY, "west"));
        vet.specialties.add(new Specialty("radiology"));
        assertThat(vet.specialties).hasSize(3);
    }

    @Test
    void aProxyThatWasLoadedArrivesAsItsEntity() {
        List<Visit> all = got(surgery.visitsWithAllAround());
        assertThat(all).hasSize(3);
        Pet samantha = all.get(0).getPet();
        assertThat(samantha.getClass()).isEqualTo(Pet.class);
        assertThat(samantha).isSameAs(all.get(2).getPet());
        assertThat(samantha.getVisits()).containsExactlyInAnyOrder(all.get(0), all.get(2));
        assertThat(samantha.getOwner()).isSameAs(all.get(1).getPet().getOwner());
        assertThat(samantha.getOwner().getPets()).contains(samantha, all.get(1).getPet());
    }

    @Test
    void aCollectionThatWasNotLoadedIsRefusedByItsName() {
        assertThatThrownBy(() -> got(surgery.ownerWithoutPets(1)))
                .hasCauseInstanceOf(TaskSerializationException.class)
                .cause()
                .hasMessageContaining("result.pets")
                .hasMessageContaining("io.processexecutor.spring.clinic.Owner.pets")
                .hasMessageContaining("not been loaded")
                .hasMessageContaining("Hibernate.initialize");
    }

    @Test
    void aProxyThatWasNotLoadedIsRefusedByItsName() {
        assertThatThrownBy(() -> got(surgery.visit(1)))
                .hasCauseInstanceOf(TaskSerializationException.class)
                .cause()
                .hasMessageContaining("result.pet")
                .hasMessageContaining("io.processexecutor.spring.clinic.Pet")
                .hasMessageContaining("not been loaded")
                .hasMessageContaining("Hibernate.initialize");
    }

    @Test
    void whatWasNotLoadedIsNoArgumentEither() {
        Owner lazy = owners.findById(1).orElseThrow();
        assertThatThrownBy(() -> got(surgery.describe(lazy)))
                .hasCauseInstanceOf(TaskSerializationException.class)
                .cause()
                .hasMessageContaining("io.processexecutor.spring.clinic.Owner.pets");
        assertThatThrownBy(() -> executor.submit(() -> lazy.getPets().size()))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("task.captured[0].pets");
        Visit visit = visits.findById(1).orElseThrow();
        assertThatThrownBy(() -> executor.submit(() -> visit.getPet().getName()))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("task.captured[0].pet");
    }

    @Test
    void aLoadedEntityIsAnArgumentAndACapture() {
        Owner owner = owners.findWithPetsById(1).orElseThrow();
        assertThat(got(surgery.describe(owner)))
                .startsWith("Jean Coleman with [Max, Samantha] in ")
                .doesNotEndWith(" " + HERE);
        assertThat(got(executor.submit(() -> owner.getPets().get(0).getVisits().size())))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "closure"})
    void everySerializerKnowsWhatIsLoaded(String name) {
        TaskSubmitter submitter = executor.with(TaskOptions.defaults().serializer(TaskSerializers.named(name)));
        Owner owner = owners.findWithPetsById(1).orElseThrow();
        Owner back = got(submitter.submit(() -> owner));
        assertThat(back).isNotSameAs(owner);
        assertThat(back.getPets()).extracting(Pet::getName).containsExactly("Max", "Samantha");
        assertThat(back.getPets()).allSatisfy(pet -> assertThat(pet.getOwner()).isSameAs(back));
        Owner lazy = owners.findById(1).orElseThrow();
        assertThatThrownBy(() -> submitter.submit(() -> lazy.getPets().size()))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("io.processexecutor.spring.clinic.Owner.pets has not been loaded");
        Visit visit = visits.findById(1).orElseThrow();
        assertThatThrownBy(() -> submitter.submit(() -> visit.getPet().getName()))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("has not been loaded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "closure"})
    void whereOnlyTheirPackageIsAllowedEntitiesTravelWithWhatHibernatePutIntoThem(String name) {
        TaskSubmitter submitter = strict.with(TaskOptions.defaults().serializer(TaskSerializers.named(name)));
        Owner owner = owners.findWithPetsById(1).orElseThrow();
        Owner back = got(submitter.submit(() -> owner));
        assertThat(back.getPets()).extracting(Pet::getName).containsExactly("Max", "Samantha");
        Owners repository = owners;
        assertThat(got(submitter.submit(() -> repository.findWithPetsById(1).orElseThrow()))
                        .getPets())
                .hasSize(2);
        Owner lazy = owners.findById(1).orElseThrow();
        assertThatThrownBy(() -> submitter.submit(() -> lazy.getPets().size()))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("io.processexecutor.spring.clinic.Owner.pets has not been loaded");
        LazyInitializationException stranger = new LazyInitializationException("no session");
        assertThatThrownBy(() -> submitter.submit(() -> stranger.getMessage()))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("add org.hibernate to process-executor.serialization.allowed-packages");
    }

    @Test
    void whatIsLoadedWithinAnOpenSessionTravelsWithoutIt() {
        String described = transaction.execute(status -> {
            Visit visit = visits.findById(1).orElseThrow();
            Hibernate.initialize(visit.getPet().getOwner().getPets());
            return got(executor.submit(() -> visit.getPet().getOwner().getName() + "'s "
                    + visit.getPet().getName() + " "
                    + visit.getPet().getOwner().getPets().size()));
        });
        assertThat(described).isEqualTo("Jean Coleman's Samantha 2");
    }

    @Test
    void anEntityOfAWorkerIsSavedHere() {
        Owner owner = got(surgery.owner(2));
        owner.setCity("Madison");
        owner.getPets().get(0).name = "Rosy the Second";
        owners.save(owner);
        Owner read = owners.findWithPetsById(2).orElseThrow();
        assertThat(read.getCity()).isEqualTo("Madison");
        assertThat(read.getPets()).extracting(Pet::getName).containsExactly("Rosy the Second");
        owner.setCity("McFarland");
        owners.save(owner);
    }

    @Test
    void aTransactionalMethodCommitsAndRollsBackInTheWorker() {
        Owner owner = owners.findWithPetsById(2).orElseThrow();
        owner.setName("Eduardo R.");
        assertThat(got(surgery.save(owner, true))).startsWith("true in ").doesNotEndWith(" " + HERE);
        assertThat(owners.findById(2).orElseThrow().getName()).isEqualTo("Eduardo R.");
        owner.setName("Nobody");
        assertThatThrownBy(() -> got(surgery.save(owner, false))).hasRootCauseMessage("Not to be saved");
        assertThat(owners.findById(2).orElseThrow().getName()).isEqualTo("Eduardo R.");
        owner.setName("Eduardo Rodriquez");
        owners.save(owner);
    }

    @Test
    void argumentsAreValidated() {
        assertThatThrownBy(() -> got(surgery.owner(-1))).hasStackTraceContaining("must be greater than 0");
        Owner invalid = new Owner();
        invalid.setName(" ");
        assertThatThrownBy(() -> got(surgery.save(invalid, true))).hasStackTraceContaining("must not be blank");
    }

    @Test
    void theTablesAreThereWhenAWorkerIsGoneAndTheNextIsUp(CapturedOutput output) {
        got(surgery.owner(1));
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        executor.stop(() -> stopped.complete(null));
        assertThat(stopped).succeedsWithin(TIMEOUT);
        assertThat(owners.count()).isEqualTo(2);
        executor.start();
        assertThat(got(surgery.owner(1)).getPets()).hasSize(2);
        Awaitility.await("what the start of a worker is worth saying")
                .atMost(TIMEOUT)
                .until(() -> !ofWorkers(output).isEmpty());
        assertThat(ofWorkers(output)).noneMatch(line -> line.contains("WARN"));
    }

    private static List<String> ofWorkers(CapturedOutput output) {
        return output.toString()
                .lines()
                .filter(line -> line.contains("s-executor-task]"))
                .toList();
    }

    private String page(String path) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private static <T> T got(CompletableFuture<T> future) {
        return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
