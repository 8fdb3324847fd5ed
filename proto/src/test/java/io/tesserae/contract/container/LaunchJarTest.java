package io.tesserae.contract.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchJarTest {

    @TempDir
    Path application;

    @Test
    void changedClassesComeBeforeThoseTheyWereMadeFrom() throws Exception {
        for (String jar : List.of("lib/main/b.jar", "lib/main/a.jar", "lib/boot/boot.jar", "app/service.jar", "quarkus/generated-bytecode.jar",
                "quarkus/transformed-bytecode.jar", "quarkus/quarkus-application.dat")) {
            Files.createDirectories(application.resolve(jar).getParent());
            Files.createFile(application.resolve(jar));
        }
        LaunchJar.write(application);
        try (JarFile jar = new JarFile(application.resolve("run.jar").toFile())) {
            assertEquals("quarkus/transformed-bytecode.jar quarkus/generated-bytecode.jar app/service.jar lib/boot/boot.jar lib/main/a.jar lib/main/b.jar",
                    jar.getManifest().getMainAttributes().getValue("Class-Path"));
            assertEquals("io.quarkus.runner.GeneratedMain", jar.getManifest().getMainAttributes().getValue("Main-Class"));
        }
    }
}
