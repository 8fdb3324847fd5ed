package io.tesserae.contract.check;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two forms of the contracts: as this build compiled them, and as they were last accepted. */
final class ContractSet {

    /** Written by the build, with comments. */
    private static final Path CURRENT = Path.of("target", "descriptors", "contracts.binpb");

    /** Kept in the repository, without comments, as text so that a change to it can be reviewed. */
    static final Path BASELINE = Path.of("baseline", "contracts.textproto");

    private static final String HEADER = """
            # The contracts as last accepted: a change that breaks a peer built from these fails the build.
            # Written by: mvn -pl proto test -Dtest=BreakingRulesTest -Dcontracts.accept
            # proto-file: google/protobuf/descriptor.proto
            # proto-message: google.protobuf.FileDescriptorSet

            """;

    private ContractSet() {
    }

    static FileDescriptorSet current() throws IOException {
        try (InputStream in = Files.newInputStream(CURRENT)) {
            return FileDescriptorSet.parseFrom(in);
        }
    }

    static FileDescriptorSet baseline() throws IOException {
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        TextFormat.merge(Files.readString(BASELINE), set);
        return set.build();
    }

    /** Makes the current contracts the baseline. */
    static void accept(FileDescriptorSet current) throws IOException {
        FileDescriptorSet.Builder bare = FileDescriptorSet.newBuilder();
        for (FileDescriptorProto file : current.getFileList()) {
            bare.addFile(file.toBuilder().clearSourceCodeInfo());
        }
        Files.writeString(BASELINE, HEADER + TextFormat.printer().printToString(bare.build()));
    }
}
