package io.tesserae.llm.remote;

import io.tesserae.engines.triton.TritonOptions;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.remote.triton.TritonBrain;
import io.tesserae.llm.remote.triton.TritonEcho;
import java.time.Duration;
import java.util.List;

/** Triton does what every engine elsewhere does. */
class TritonBrainTest extends RemoteBrainContract {

    @Override
    protected EchoServer server() {
        return new TritonEcho();
    }

    @Override
    protected RemoteBrain open(List<String> addresses) {
        Duration minute = Duration.ofMinutes(1);
        TritonOptions options = TritonOptions.of(addresses.get(0), TritonEcho.MODEL).withAddresses(addresses.toArray(String[]::new))
                .withTimes(minute, minute, minute, Duration.ofMillis(20));
        return new TritonBrain(options, new BrainShape(1, 1, 1, EchoServer.WIDTH, 60000, 8192, 0, 0), "r", minute);
    }
}
