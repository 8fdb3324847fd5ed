package io.tesserae.llm.text;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.llm.v1.ContentPart;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** A conversation's words as a projector reads them that is conditioned on the instruction: by a tokenizer of its own. Thread-safe. */
public final class InstructionReader implements AutoCloseable {

    /** Null where the model's projector reads no instruction. */
    private final Tokenizer tokenizer;

    private InstructionReader(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The reader of a model folder. Throws {@link ModelFolderException} if its tokenizer is missing or cannot be read. */
    public static InstructionReader open(ModelFolder folder) {
        Manifest.Projector projector = folder.manifest().projector();
        Optional<Manifest.Instruction> instruction = projector == null ? Optional.empty()
                : projector.byName().values().stream().map(Manifest.Projector::instruction).filter(Objects::nonNull).findFirst();
        if (instruction.isEmpty()) {
            return new InstructionReader(null);
        }
        String path = instruction.get().tokenizer();
        if (path == null) {
            throw new ModelFolderException("tesserae.json: projector.instruction.tokenizer is missing");
        }
        folder.require(path);
        return new InstructionReader(Tokenizer.of(folder.text(path).orElseThrow(), null, -1));
    }

    /** Ids of the rendered text, pictures left out; empty where no projector reads them. */
    public List<Long> read(List<ContentPart> rendered) {
        if (tokenizer == null) {
            return List.of();
        }
        String text = rendered.stream().map(ContentPart::getText).collect(Collectors.joining());
        return Arrays.stream(tokenizer.encode(text, true)).boxed().toList();
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
