package io.tesserae.contract.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignNativesTest {

    @TempDir
    Path libraries;

    private Path jar(String name, String... entries) throws Exception {
        Path jar = libraries.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
                out.write(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static List<String> entries(Path jar) throws Exception {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    @Test
    void keepsThisProcessorsLibrariesAndEverythingElse() throws Exception {
        Path onnx = jar("onnxruntime.jar", "ai/onnxruntime/OrtSession.class", "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
                "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so", "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib",
                "ai/onnxruntime/native/win-x64/onnxruntime.dll");
        Files.createDirectories(libraries.resolve("boot"));
        Path tokenizers = jar("boot/tokenizers.jar", "native/lib/tokenizers.properties", "native/lib/linux-x86_64/cpu/libtokenizers.so",
                "native/lib/win-x86_64/cpu/tokenizers.dll");
        ForeignNatives.drop(libraries, "amd64");
        assertEquals(List.of("ai/onnxruntime/OrtSession.class", "ai/onnxruntime/native/linux-x64/libonnxruntime.so"), entries(onnx));
        assertEquals(List.of("native/lib/tokenizers.properties", "native/lib/linux-x86_64/cpu/libtokenizers.so"), entries(tokenizers));
        try (ZipFile zip = new ZipFile(onnx.toFile())) {
            assertEquals("ai/onnxruntime/OrtSession.class",
                    new String(zip.getInputStream(zip.getEntry("ai/onnxruntime/OrtSession.class")).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void onArmItIsTheOtherWayRound() throws Exception {
        Path onnx = jar("onnxruntime.jar", "ai/onnxruntime/native/linux-x64/libonnxruntime.so", "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so");
        ForeignNatives.drop(libraries, "aarch64");
        assertEquals(List.of("ai/onnxruntime/native/linux-aarch64/libonnxruntime.so"), entries(onnx));
    }

    @Test
    void aJarWithoutAnyStaysAsItIs() throws Exception {
        Path jar = jar("grpc.jar", "io/grpc/Channel.class");
        byte[] before = Files.readAllBytes(jar);
        ForeignNatives.drop(libraries, "amd64");
        assertArrayEquals(before, Files.readAllBytes(jar));
    }
}
