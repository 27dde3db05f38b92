package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Everything between a request and the rendering, which is the test's own. */
@WebMvcTest(DocumentController.class)
@Import({DocumentStore.class, RunningDocuments.class, RenderingsConfiguration.class})
@EnableConfigurationProperties(SampleProperties.class)
abstract class DocumentControllerSlice {

    static final String TYPE = "urn:problem-type:document-previews:";
    static final byte[] PDF = "%PDF-1.7".getBytes(StandardCharsets.US_ASCII);
    static final byte[] PNG = {1, 2, 3};

    @Autowired
    MockMvcTester mvc;

    @Autowired
    Renderings renderings;

    @BeforeEach
    void noRenderings() {
        renderings.clear();
    }

    MvcTestResult upload(byte[] content, String dpi) {
        return mvc.post()
                .uri("/documents")
                .multipart()
                .file("file", content)
                .param("dpi", dpi)
                .exchange();
    }

    static String location(MvcTestResult answer) {
        return String.valueOf(answer.getResponse().getHeader("Location"));
    }

    static void assertProblem(MvcTestResult answer, int status, String type) {
        assertThat(answer).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).bodyJson().satisfies(json -> {
            json.assertThat().extractingPath("$.type").isEqualTo(TYPE + type);
            json.assertThat().extractingPath("$.status").isEqualTo(status);
            json.assertThat().extractingPath("$.detail").asString().isNotEmpty();
        });
    }
}
