package io.tesserae.contract.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StyleRulesTest {

    private static final String TENSOR = "tensor.proto";
    private static final String PROJECTOR = "projector.proto";

    private final FileDescriptorSet contracts;

    StyleRulesTest() throws IOException {
        contracts = ContractSet.current();
    }

    @Test
    void theContractsAreWrittenAsTheyShould() {
        assertEquals(8, contracts.getFileCount());
        assertEquals(List.of(), StyleRules.complaintsAbout(contracts));
    }

    @Test
    void everyElementNeedsAComment() {
        FileDescriptorSet bare = Mutation.file(contracts, TENSOR, f -> f.clearSourceCodeInfo());
        List<String> complaints = StyleRules.complaintsAbout(bare);
        // package, 3 messages with 3 + 2 + 2 fields, 1 enum with 8 values
        assertEquals(1 + 3 + 7 + 1 + 8, complaints.size(), complaints::toString);
        assertComplaint(bare, "field Tensor.shape has no comment");
    }

    @Test
    void packageFollowsFolderAndEndsInAVersion() {
        assertComplaint(Mutation.file(contracts, TENSOR, f -> f.setPackage("tesserae.tensor")), "is not tesserae.<stage>.v<number>");
        assertComplaint(Mutation.file(contracts, TENSOR, f -> f.setPackage("tesserae.tensor.v2")), "does not match its folder");
        assertComplaint(Mutation.file(contracts, TENSOR, f -> f.getOptionsBuilder().setJavaPackage("io.tesserae")), "is not io.tesserae.tensor.v1");
        assertComplaint(Mutation.file(contracts, TENSOR, f -> f.getOptionsBuilder().clearJavaMultipleFiles()), "java_multiple_files");
    }

    @Test
    void namesFollowTheirCase() {
        assertComplaint(Mutation.field(contracts, TENSOR, "Grid", "rows", f -> f.setName("rowCount")), "Grid.rowCount is not lower_snake_case");
        assertComplaint(Mutation.message(contracts, TENSOR, "Grid", m -> m.setName("grid")), "message grid is not PascalCase");
        assertComplaint(Mutation.service(contracts, PROJECTOR, s -> s.getMethodBuilder(0).setName("describe")), "is not PascalCase");
        assertComplaint(Mutation.enumeration(contracts, TENSOR, "ElementType", e -> e.getValueBuilder(1).setName("FLOAT32")),
                "does not begin with ELEMENT_TYPE_");
        assertComplaint(Mutation.enumeration(contracts, TENSOR, "ElementType", e -> e.getValueBuilder(0).setName("ELEMENT_TYPE_NONE")),
                "is zero but not ELEMENT_TYPE_UNSPECIFIED");
    }

    @Test
    void everyCallHasItsOwnMessages() {
        FileDescriptorSet shared = Mutation.service(contracts, PROJECTOR, s -> s.addMethod(MethodDescriptorProto.newBuilder()
                .setName("Project").setInputType(".tesserae.projector.v1.ProjectRequest").setOutputType(".tesserae.projector.v1.DescribeResponse")));
        assertComplaint(shared, "shares tesserae.projector.v1.ProjectRequest with Projector.Project");
        assertComplaint(shared, "takes or gives tesserae.projector.v1.DescribeResponse, not its own ProjectResponse");
    }

    private static void assertComplaint(FileDescriptorSet contracts, String expected) {
        List<String> complaints = StyleRules.complaintsAbout(contracts);
        assertTrue(complaints.stream().anyMatch(c -> c.contains(expected)), () -> "no complaint says '" + expected + "': " + complaints);
    }
}
