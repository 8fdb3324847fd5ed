package io.tesserae.contract.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Takes the native libraries of other systems out of an application's jars: an image runs on one, and they are half of its size. */
public final class ForeignNatives {

    /** {@code ai/onnxruntime/native/linux-x64/…}, {@code native/lib/win-x86_64/cpu/…}: a folder named by system and processor. */
    private static final Pattern PLATFORM = Pattern.compile("(?:^|/)(linux|osx|win)-(x64|x86_64|aarch64|arm64)/");

    private ForeignNatives() {
    }

    /** Takes the folder that Quarkus built. */
    public static void main(String[] args) throws IOException {
        drop(Path.of(args[0], "lib"), System.getProperty("os.arch"));
    }

    /** @param processor as Java names it */
    static void drop(Path libraries, String processor) throws IOException {
        try (Stream<Path> files = Files.walk(libraries)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                if (entries(jar).stream().anyMatch(name -> foreign(name, processor))) {
                    rewrite(jar, processor);
                }
            }
        }
    }

    private static List<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    private static void rewrite(Path jar, String processor) throws IOException {
        Path without = jar.resolveSibling(jar.getFileName() + ".part");
        try (ZipFile zip = new ZipFile(jar.toFile()); ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(without))) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().<ZipEntry>map(found -> found)::iterator) {
                if (!foreign(entry.getName(), processor)) {
                    ZipEntry kept = new ZipEntry(entry.getName());
                    kept.setTime(entry.getTime());
                    out.putNextEntry(kept);
                    try (InputStream content = zip.getInputStream(entry)) {
                        content.transferTo(out);
                    }
                    out.closeEntry();
                }
            }
        }
        Files.move(without, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    static boolean foreign(String entry, String processor) {
        Matcher platform = PLATFORM.matcher(entry);
        return platform.find() && !(platform.group(1).equals("linux") && sameProcessor(platform.group(2), processor.toLowerCase(Locale.ROOT)));
    }

    private static boolean sameProcessor(String folder, String processor) {
        boolean arm = folder.equals("aarch64") || folder.equals("arm64");
        return arm == (processor.equals("aarch64") || processor.equals("arm64"));
    }
}
