package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What Grafana expects of a dashboard, as far as that can be told without Grafana. */
class DashboardTests {

    private static final int COLUMNS = 24;

    private final Dashboard dashboard = Dashboard.read();

    @Test
    void itCanBeImportedIntoAnyGrafana() {
        assertThat(dashboard.root().path("id").isNull())
                .as("Grafana gives the id")
                .isTrue();
        assertThat(dashboard.root().path("uid").stringValue()).hasSizeBetween(1, 40);
        assertThat(dashboard.root().path("title").stringValue()).isNotBlank();
        assertThat(dashboard.root().path("schemaVersion").intValue()).isGreaterThanOrEqualTo(41);
        assertThat(dashboard.root().path("templating").path("list").valueStream())
                .extracting(each -> each.path("name").stringValue())
                .containsExactly("datasource", "application", "instance", "pool");
        assertThat(dashboard.variables()).allSatisfy(each -> {
            assertThat(each.path("query").path("query").stringValue())
                    .isEqualTo(each.path("definition").stringValue());
            assertThat(each.path("datasource").path("uid").stringValue()).isEqualTo("${datasource}");
        });
    }

    @Test
    void everyPanelHasAPlaceOfItsOwn() {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : dashboard.panels()) {
            JsonNode place = panel.path("gridPos");
            int left = place.path("x").intValue();
            int top = place.path("y").intValue();
            int right = left + place.path("w").intValue();
            int bottom = top + place.path("h").intValue();
            assertThat(left).isNotNegative();
            assertThat(right).isBetween(left + 1, COLUMNS);
            assertThat(bottom).isGreaterThan(top);
            for (int x = left; x < right; x++) {
                for (int y = top; y < bottom; y++) {
                    assertThat(taken.add(List.of(x, y)))
                            .as("%s at %d, %d", panel.path("title"), x, y)
                            .isTrue();
                }
            }
        }
        assertThat(dashboard.panels())
                .extracting(each -> each.path("id").intValue())
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
    }

    @Test
    void everyChartSaysWhatItShowsAndInWhichUnit() {
        assertThat(dashboard.charts()).isNotEmpty().allSatisfy(chart -> {
            assertThat(chart.path("type").stringValue()).isIn("stat", "timeseries");
            assertThat(chart.path("title").stringValue()).isNotBlank();
            assertThat(chart.path("description").stringValue()).endsWith(".");
            assertThat(chart.path("datasource").path("uid").stringValue()).isEqualTo("${datasource}");
            JsonNode defaults = chart.path("fieldConfig").path("defaults");
            assertThat(defaults.path("unit").stringValue()).isIn("none", "short", "ops", "s", "bytes", "percentunit");
            assertThat(defaults.path("thresholds").path("steps").size()).isPositive();
            assertThat(chart.path("targets").valueStream())
                    .isNotEmpty()
                    .allSatisfy(target -> assertThat(
                                    target.path("datasource").path("uid").stringValue())
                            .isEqualTo("${datasource}"))
                    .extracting(target -> target.path("refId").stringValue())
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.matches("[A-Z]"));
        });
        assertThat(dashboard.charts())
                .extracting(each -> each.path("title").stringValue())
                .doesNotHaveDuplicates();
    }

    @Test
    void everyMeterIsAskedForUnderEachVariable() {
        assertThat(dashboard.queries())
                .allSatisfy(query -> assertThat(query.split("processexecutor_[a-z_]+", -1))
                        .hasSizeGreaterThan(1)
                        .satisfies(parts -> assertThat(List.of(parts).subList(1, parts.length))
                                .allSatisfy(after -> assertThat(after)
                                        .startsWith("{application=~\"$application\", instance=~\"$instance\","
                                                + " pool=~\"$pool\""))));
    }
}
