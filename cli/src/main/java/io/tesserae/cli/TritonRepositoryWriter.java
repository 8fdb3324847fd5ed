package io.tesserae.cli;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.triton.repository.RepositoryOptions;
import io.tesserae.engines.triton.repository.TritonRepository;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Writes a model folder as a Triton model repository. */
final class TritonRepositoryWriter {

    private final PrintStream out;

    TritonRepositoryWriter(PrintStream out) {
        this.out = out;
    }

    int run(List<String> args) throws IOException {
        Deque<String> rest = new ArrayDeque<>(args);
        List<Path> folders = new ArrayList<>();
        RepositoryOptions options = RepositoryOptions.defaults();
        while (!rest.isEmpty()) {
            String word = rest.poll();
            if (word.startsWith("--")) {
                options = option(word, rest, options);
            } else {
                folders.add(Path.of(word));
            }
        }
        if (folders.size() != 2) {
            throw new IllegalArgumentException("triton-repository takes MODEL and OUT");
        }
        try {
            List<String> models = TritonRepository.write(ModelFolder.open(folders.get(0)), folders.get(1), options);
            models.forEach(model -> out.println(folders.get(1).resolve(model)));
            out.println("tritonserver --model-repository " + folders.get(1).toAbsolutePath().normalize());
            return 0;
        } catch (ModelFolderException | EngineException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }

    private static RepositoryOptions option(String word, Deque<String> rest, RepositoryOptions o) {
        return switch (word) {
            case "--backend" -> o.withBackend(backend(value(word, rest)));
            case "--gpu" -> o.withGpu(true);
            case "--instances" -> o.withInstances(number(word, rest));
            case "--max-batch" -> o.withMaxBatch(number(word, rest));
            case "--queue-delay-ms" -> o.withQueueDelay(Duration.ofMillis(number(word, rest)));
            case "--max-queue" -> o.withMaxQueue(number(word, rest));
            case "--rows" -> o.withRows(number(word, rest));
            case "--context" -> o.withContext(number(word, rest));
            case "--threads" -> o.withThreads(number(word, rest));
            case "--half-embeds" -> o.withHalfEmbeds(true);
            default -> throw new IllegalArgumentException("triton-repository does not know '" + word + "'");
        };
    }

    private static String value(String word, Deque<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(word + " takes a value");
        }
        return rest.poll();
    }

    private static int number(String word, Deque<String> rest) {
        String value = value(word, rest);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException(word + " takes a number, not '" + value + "'");
        }
    }

    private static RepositoryOptions.Backend backend(String name) {
        return switch (name) {
            case "onnxruntime" -> RepositoryOptions.Backend.ONNXRUNTIME;
            case "python" -> RepositoryOptions.Backend.PYTHON;
            default -> throw new IllegalArgumentException("--backend takes onnxruntime or python, not '" + name + "'");
        };
    }
}
