package io.tesserae.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Shows where the time goes, live, from what the services say at {@code /q/metrics}. Ctrl-C ends it. */
final class Top {

    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final PrintStream out;
    private final PrintStream err;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(2)).build();

    Top(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exit status: 0 where something answered. Throws {@link IllegalArgumentException} on a wrong call. */
    int run(List<String> arguments) throws InterruptedException {
        TopOptions options = TopOptions.parse(arguments);
        List<String> pages = scrape(options.services());
        Scrape before = new Scrape(pages, System.nanoTime());
        if (pages.isEmpty()) {
            err.println("tesserae: nothing answers at " + options.services().get(0) + " ('./tesserae up' starts it)");
            return 1;
        }
        if (!before.has("tesserae_gateway_requests_running")) {
            err.println("tesserae: no gateway among " + options.services() + "; its figures are missing below");
        }
        do {
            Thread.sleep(options.period().toMillis());
            pages = scrape(options.services());
            Scrape after = new Scrape(pages, System.nanoTime());
            out.print((options.once() ? "" : CLEAR) + TopScreen.of(new Interval(before, after), pages.size()));
            out.flush();
            before = after;
        } while (!options.once());
        return 0;
    }

    /** The pages of those that answer. */
    private List<String> scrape(List<URI> services) throws InterruptedException {
        List<String> pages = new ArrayList<>();
        for (URI service : services) {
            try {
                HttpResponse<String> page = http.send(HttpRequest.newBuilder(service.resolve("/q/metrics")).timeout(Duration.ofSeconds(5)).build(),
                        HttpResponse.BodyHandlers.ofString());
                if (page.statusCode() == 200) {
                    pages.add(page.body());
                }
            } catch (IOException absent) {
                // Of the default addresses only the first is there where all is one process.
            }
        }
        return pages;
    }
}
