package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** What the pages of other sites may have a browser send. */
class CrossSiteTests extends DocumentControllerSlice {

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site", // another port of this machine
        "Origin, http://example.com",
        "Origin, http://localhost:81",
        "Origin, null",
        "Origin, :"
    })
    void anUploadFromAnotherSiteIsForbidden(String header, String value) {
        MvcTestResult answer = upload(header, value);

        assertThat(answer).hasStatus(403).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer)
                .bodyJson()
                .extractingPath("$.detail")
                .isEqualTo("The request comes from the page of another site");
        assertThat(renderings.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, same-origin", "Sec-Fetch-Site, none", "Origin, http://localhost", "User-Agent, curl"})
    void anyOtherUploadIsTaken(String header, String value) {
        assertThat(upload(header, value)).hasStatus(202);
    }

    @Test
    void readingIsForAll() {
        String document = location(upload(PDF, "72"));

        assertThat(mvc.get().uri(document).header("Sec-Fetch-Site", "cross-site"))
                .hasStatusOk();
    }

    private MvcTestResult upload(String header, String value) {
        return mvc.post()
                .uri("/documents")
                .multipart()
                .file("file", PDF)
                .header("Host", "localhost")
                .header(header, value)
                .exchange();
    }
}
