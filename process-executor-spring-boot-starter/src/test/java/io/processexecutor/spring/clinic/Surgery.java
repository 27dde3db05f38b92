package io.processexecutor.spring.clinic;

import io.processexecutor.spring.ProcessAsync;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.hibernate.Hibernate;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.validation.annotation.Validated;

/** An ordinary service whose methods run in a worker, and take and give entities. */
@Service
@Validated
public class Surgery {

    private final Thread cannotTravel = Thread.currentThread();
    private final Owners owners;
    private final Visits visits;
    private final Vets vets;

    Surgery(Owners owners, Visits visits, Vets vets) {
        this.owners = owners;
        this.visits = visits;
        this.vets = vets;
    }

    @Async("processTaskExecutor")
    public CompletableFuture<Owner> owner(@Positive int id) {
        return done(owners.findWithPetsById(id).orElseThrow());
    }

    @Async("processTaskExecutor")
    public CompletableFuture<Optional<Owner>> find(int id) {
        return done(owners.findWithPetsById(id));
    }

    @Async("processTaskExecutor")
    public CompletableFuture<Page<Owner>> page(String city) {
        return done(owners.findWithPetsByCity(city, PageRequest.of(0, 10)));
    }

    @ProcessAsync
    public CompletableFuture<List<Pet>> pets(int id) {
        return done(owners.findWithPetsById(id).orElseThrow().getPets());
    }

    @Async("processTaskExecutor")
    public CompletableFuture<Owner> ownerWithoutPets(int id) {
        return done(owners.findById(id).orElseThrow());
    }

    @Async("processTaskExecutor")
    public CompletableFuture<Visit> visit(int id) {
        return done(visits.findById(id).orElseThrow());
    }

    @ProcessAsync
    @Transactional
    public CompletableFuture<List<Visit>> visitsWithAllAround() {
        List<Visit> all = visits.findAll();
        for (Visit each : all) {
            Hibernate.initialize(each.getPet());
            Hibernate.initialize(each.getPet().getOwner());
            Hibernate.initialize(each.getPet().getOwner().getPets());
        }
        return done(all);
    }

    @Async("processTaskExecutor")
    public CompletableFuture<List<Vet>> vets() {
        return done(vets.findAll());
    }

    @Async("processTaskExecutor")
    public CompletableFuture<String> describe(Object entity) {
        String pets = entity instanceof Owner owner
                ? owner.getName() + " with "
                        + owner.getPets().stream().map(Pet::getName).toList()
                : ((Pet) entity).getOwner().getName() + "'s " + ((Pet) entity).getName();
        return done(pets + " in " + ProcessHandle.current().pid());
    }

    /** Saves what came out of the database in the other process. */
    @ProcessAsync
    @Transactional
    public CompletableFuture<String> save(@Valid Owner owner, boolean complete) {
        owners.saveAndFlush(owner);
        if (!complete) {
            throw new IllegalStateException("Not to be saved");
        }
        return done(TransactionSynchronizationManager.isActualTransactionActive() + " in "
                + ProcessHandle.current().pid());
    }

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
