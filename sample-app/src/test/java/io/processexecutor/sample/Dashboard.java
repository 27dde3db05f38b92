package io.processexecutor.sample;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard for Grafana, as far as a test must understand it. */
record Dashboard(JsonNode root) {

    static final Path DIRECTORY = Path.of("dashboards");

    static Dashboard read() {
        return new Dashboard(
                new JsonMapper().readTree(DIRECTORY.resolve("grafana.json").toFile()));
    }

    List<JsonNode> panels() {
        return root.path("panels").valueStream().toList();
    }

    /** Those that show something, and are no headings. */
    List<JsonNode> charts() {
        return panels().stream()
                .filter(each -> !each.path("type").stringValue().equals("row"))
                .toList();
    }

    List<String> queries() {
        return charts().stream()
                .flatMap(each -> each.path("targets").valueStream())
                .map(each -> each.path("expr").stringValue())
                .toList();
    }

    /** Those whose values Prometheus is asked for. */
    List<JsonNode> variables() {
        return root.path("templating")
                .path("list")
                .valueStream()
                .filter(each -> each.path("type").stringValue().equals("query"))
                .toList();
    }
}
