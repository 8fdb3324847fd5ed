package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The kernel drops packets between all processes. Part of the chaos suite, which runs it in a network namespace of its own
 * ({@code tesserae.chaos.namespace}): nobody else's packets are touched.
 */
class PacketLoss {

    private static final String[] RULE = "INPUT -i lo -p tcp -m statistic --mode random --probability 0.02 -j DROP".split(" ");

    @Test
    void nothingIsLostWherePacketsAre() throws IOException, InterruptedException {
        assumeTrue(Boolean.getBoolean("tesserae.chaos.namespace"), "a network namespace of its own is needed");
        try (Fleet fleet = new Fleet(WholePathContract.MODEL, 2, "tesserae.gateway.embedding-cache=0")) {
            Disturbance load = new Disturbance(fleet, 3);
            iptables("-A");
            load.awaitAnswers(15);
            iptables("-D");
            load.nothingWasLost("2 % of all packets lost");
        }
    }

    private static void iptables(String action) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("iptables", action));
        command.addAll(List.of(RULE));
        assumeTrue(new ProcessBuilder(command).inheritIO().start().waitFor() == 0, "the kernel drops no packets by chance");
    }
}
