package io.tesserae.contract.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import io.grpc.Status;
import io.tesserae.failure.v1.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {

    private static final Pattern STATUSES = Pattern.compile("^ ?([A-Z_]+), ([0-9]{3}):");

    @Test
    void everyWireReasonHasAReason() {
        Set<FailureReason> reasons = Stream.of(Reason.values()).map(Reason::wire).collect(Collectors.toSet());
        reasons.addAll(Set.of(FailureReason.FAILURE_REASON_UNSPECIFIED, FailureReason.UNRECOGNIZED));
        assertEquals(EnumSet.allOf(FailureReason.class), reasons);
    }

    /** The contract's comments promise a gRPC and an HTTP status for each reason. */
    @Test
    void statusesAreThoseThatTheContractPromises() throws IOException {
        FileDescriptorSet contracts = FileDescriptorSet.parseFrom(Files.readAllBytes(Path.of("target", "descriptors", "contracts.binpb")));
        FileDescriptorProto file = contracts.getFileList().stream().filter(f -> f.getName().endsWith("failure.proto")).findFirst().orElseThrow();
        int compared = 0;
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            // Path 5, 0, 2, n: the n-th value of the file's first enum.
            if (location.getPathCount() == 4 && location.getPath(2) == 2 && location.getPath(3) > 0) {
                String name = file.getEnumType(0).getValue(location.getPath(3)).getName();
                Matcher promise = STATUSES.matcher(location.getLeadingComments());
                assertEquals(true, promise.find(), name);
                Reason reason = Reason.valueOf(name.substring("FAILURE_REASON_".length()));
                assertEquals(promise.group(1), reason.grpc().name(), name);
                assertEquals(promise.group(2), Integer.toString(reason.http()), name);
                compared++;
            }
        }
        assertEquals(Reason.values().length, compared);
    }

    @ParameterizedTest
    @EnumSource(Status.Code.class)
    void everyStatusThatGrpcItselfMakesMeansSomething(Status.Code code) {
        assertNotNull(Reason.of(code));
    }
}
