package io.tesserae.endtoend;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One packaged application, started as a process of its own. Its output goes to a file under {@code target/services}. */
final class ServiceProcess implements AutoCloseable {

    private static final long START_SECONDS = 240;

    private final String module;
    private final int httpPort;
    private final List<String> command;
    private final Path log;
    private Process process;

    /**
     * @param module     folder of the application
     * @param properties system properties beside the HTTP port, and options of the Java machine
     */
    ServiceProcess(String module, int httpPort, List<String> properties) {
        this.module = module;
        this.httpPort = httpPort;
        this.log = RunningSystem.ROOT.resolve("end-to-end/target/services/" + module + "-" + httpPort + ".log");
        command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Options of the machine come first among all, so that they stand before -jar.
        properties.stream().filter(option -> !option.startsWith("-D")).forEach(command::add);
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.add("-Dquarkus.http.port=" + httpPort);
        properties.stream().filter(option -> option.startsWith("-D")).forEach(command::add);
        command.add("-jar");
        command.add(RunningSystem.ROOT.resolve(module + "/target/quarkus-app/quarkus-run.jar").toString());
    }

    /** Starts the process; {@link #awaitReady} says when it answers. */
    ServiceProcess start() {
        try {
            Files.createDirectories(log.getParent());
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    /** Waits until the readiness page answers 200. Fails with the log's end if the process dies or takes too long. */
    ServiceProcess awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!healthy("ready")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError(module + " is not ready; its log ends:\n" + logEnd());
            }
            pause();
        }
        return this;
    }

    /** Whether {@code /q/health/KIND} answers 200. */
    boolean healthy(String kind) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://localhost:" + httpPort + "/q/health/" + kind).toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(2000);
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The metrics page. */
    String metrics() {
        try (var page = URI.create("http://localhost:" + httpPort + "/q/metrics").toURL().openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Ends the process as the kernel's out-of-memory killer would: no handler of its own runs. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Asks the process to end, as an orchestrator does, and waits until it has. */
    void terminate(long seconds) {
        process.destroy();
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError(module + " does not end within " + seconds + " s of being asked to; its log ends:\n" + logEnd());
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Folder of the application. */
    String module() {
        return module;
    }

    /** What it has written so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return "";
        }
    }

    private String logEnd() {
        String text = log();
        return text.substring(Math.max(0, text.length() - 4000));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            kill();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
