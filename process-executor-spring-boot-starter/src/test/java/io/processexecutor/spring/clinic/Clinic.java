package io.processexecutor.spring.clinic;

import jakarta.validation.Valid;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** A web application with pages, entities with lazy relations, a cache and validated forms. */
@SpringBootApplication
@EnableAsync
@EnableCaching
public class Clinic {

    /** Its pages. */
    @Controller
    static class Pages {

        private final Owners owners;
        private final Vets vets;
        private final Surgery surgery;

        Pages(Owners owners, Vets vets, Surgery surgery) {
            this.owners = owners;
            this.vets = vets;
            this.surgery = surgery;
        }

        /** Its template asks for the pets, which the open session then loads. */
        @GetMapping("/owners/{id}")
        String owner(@PathVariable int id, Model model) {
            model.addAttribute("owner", owners.findById(id).orElseThrow());
            return "clinic/owner";
        }

        /** The same page of an owner that a worker has read. */
        @GetMapping("/workers/owners/{id}")
        String ownerFromWorker(@PathVariable int id, Model model) {
            model.addAttribute("owner", surgery.owner(id).join());
            return "clinic/owner";
        }

        @GetMapping("/vets")
        String vets(Model model) {
            model.addAttribute("vets", vets.findAll());
            return "clinic/vets";
        }

        @GetMapping("/workers/vets")
        String vetsFromWorker(Model model) {
            model.addAttribute("vets", surgery.vets().join());
            return "clinic/vets";
        }

        @PostMapping("/owners")
        String register(@Valid @ModelAttribute("owner") Owner owner, BindingResult result) {
            if (result.hasErrors()) {
                return "clinic/form";
            }
            return "redirect:/owners/" + owners.save(owner).getId();
        }
    }
}
