package io.tesserae.contract.container;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the jar that a container starts its service from: a class path and nothing else. Started this way the JVM's own loader loads every
 * class, so that they can be archived; Quarkus' runner has a loader of its own, whose classes cannot.
 */
public final class LaunchJar {

    private static final String MAIN = "io.quarkus.runner.GeneratedMain";

    private LaunchJar() {
    }

    /** Takes the folder that Quarkus built; writes {@code run.jar} there. */
    public static void main(String[] args) throws IOException {
        write(Path.of(args[0]));
    }

    static void write(Path application) throws IOException {
        List<Path> jars = new ArrayList<>();
        // As the runner has it: classes that the build changed come before those they were made from.
        jars.addAll(jarsIn(application.resolve("quarkus")).stream()
                .sorted((one, other) -> Boolean.compare(isTransformed(other), isTransformed(one))).toList());
        for (String folder : List.of("app", "lib/boot", "lib/main")) {
            jars.addAll(jarsIn(application.resolve(folder)));
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, MAIN);
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH,
                jars.stream().map(jar -> application.relativize(jar).toString()).collect(Collectors.joining(" ")));
        // Java 24 and newer warn of native libraries unless they are expected.
        manifest.getMainAttributes().putValue("Enable-Native-Access", "ALL-UNNAMED");
        try (OutputStream out = Files.newOutputStream(application.resolve("run.jar")); JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.flush();
        }
    }

    private static boolean isTransformed(Path jar) {
        return jar.getFileName().toString().startsWith("transformed");
    }

    private static List<Path> jarsIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
