package io.tesserae.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code ask} was called with.
 *
 * @param pictures  files, in the order given; may be empty for a question without a picture
 * @param maxTokens most tokens of the answer; 0 for as many as the model wants
 * @param nerve     which of the model's nerves to use; empty for the model's own
 */
record AskOptions(List<Path> pictures, String question, URI server, String detail, int maxTokens, Optional<String> nerve) {

    private static final Set<String> DETAILS = Set.of("auto", "low", "high");

    /** Reads the arguments. Throws {@link IllegalArgumentException} that says what is wrong. */
    static AskOptions parse(List<String> args) {
        List<String> words = new ArrayList<>();
        URI server = URI.create("http://localhost:8080");
        String detail = "auto";
        int maxTokens = 0;
        Optional<String> nerve = Optional.empty();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            switch (arg) {
                case "--url" -> server = URI.create(value(args, ++i, arg));
                case "--detail" -> detail = value(args, ++i, arg);
                case "--nerve" -> nerve = Optional.of(value(args, ++i, arg));
                case "--max-tokens" -> maxTokens = number(value(args, ++i, arg), arg);
                default -> words.add(arg);
            }
        }
        if (!DETAILS.contains(detail)) {
            throw new IllegalArgumentException("--detail is auto, low or high, not '" + detail + "'");
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("ask takes PHOTO… and \"QUESTION\"");
        }
        List<Path> pictures = words.subList(0, words.size() - 1).stream().map(Path::of).toList();
        for (Path picture : pictures) {
            if (!Files.isReadable(picture)) {
                throw new IllegalArgumentException("no picture " + picture);
            }
        }
        String question = words.get(words.size() - 1);
        if (pictures.isEmpty() && Files.isRegularFile(Path.of(question))) {
            throw new IllegalArgumentException("a question is missing after " + question);
        }
        return new AskOptions(pictures, question, server, detail, maxTokens, nerve);
    }

    private static String value(List<String> args, int index, String option) {
        if (index >= args.size()) {
            throw new IllegalArgumentException(option + " takes a value");
        }
        return args.get(index);
    }

    private static int number(String text, String option) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(option + " takes a number, not '" + text + "'");
        }
    }
}
