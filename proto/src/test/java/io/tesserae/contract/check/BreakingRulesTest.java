package io.tesserae.contract.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakingRulesTest {

    private static final String TENSOR = "tensor.proto";
    private static final String LLM = "language_model.proto";

    private final FileDescriptorSet contracts;

    BreakingRulesTest() throws IOException {
        contracts = ContractSet.current();
    }

    @Test
    void nothingBreaksWhatWasAccepted() throws IOException {
        if (System.getProperty("contracts.accept") != null) {
            ContractSet.accept(contracts);
        }
        List<String> broken = BreakingRules.brokenBetween(ContractSet.baseline(), contracts);
        assertEquals(List.of(), broken, "These changes break peers built from " + ContractSet.BASELINE
                + ". Add instead of changing, or make a new package version. Where no peer exists yet, accept them with:\n"
                + "  mvn -pl proto test -Dtest=BreakingRulesTest -Dcontracts.accept\n");
    }

    @Test
    void additionsAreFine() {
        FileDescriptorSet more = Mutation.message(contracts, TENSOR, "Grid",
                m -> m.addField(FieldDescriptorProto.newBuilder().setName("levels").setNumber(3).setType(FieldDescriptorProto.Type.TYPE_UINT32)));
        more = Mutation.enumeration(more, TENSOR, "ElementType",
                e -> e.addValue(EnumValueDescriptorProto.newBuilder().setName("ELEMENT_TYPE_INT8").setNumber(7)));
        more = Mutation.file(more, TENSOR, f -> f.addMessageType(DescriptorProto.newBuilder().setName("Ragged")));
        more = Mutation.service(more, LLM, s -> s.addMethod(MethodDescriptorProto.newBuilder().setName("Embed")));
        assertEquals(List.of(), BreakingRules.brokenBetween(contracts, more));
    }

    @Test
    void removedElementsBreak() {
        assertBroken(contracts.toBuilder().removeFile(0).build(), "was removed");
        assertBroken(Mutation.file(contracts, TENSOR, f -> f.removeMessageType(1)), "message tesserae.tensor.v1.NamedTensor was removed");
        assertBroken(Mutation.message(contracts, TENSOR, "Tensor", m -> m.removeField(1)), "field shape = 2 was removed");
        assertBroken(Mutation.enumeration(contracts, TENSOR, "ElementType", e -> e.removeValue(6)), "value ELEMENT_TYPE_UINT8 was removed");
        assertBroken(Mutation.service(contracts, LLM, s -> s.removeMethod(2)), "rpc Tokenize was removed");
        assertBroken(Mutation.file(contracts, LLM, f -> f.clearService()), "service tesserae.llm.v1.LanguageModel was removed");
    }

    @Test
    void changedFieldsBreak() {
        assertBroken(Mutation.field(contracts, TENSOR, "Grid", "rows", f -> f.setNumber(5)), "field rows = 2 was renumbered to 5");
        assertBroken(Mutation.field(contracts, TENSOR, "Grid", "rows", f -> f.setName("lines")), "name was rows, is lines");
        assertBroken(Mutation.field(contracts, TENSOR, "Grid", "rows", f -> f.setType(FieldDescriptorProto.Type.TYPE_STRING)),
                "type was TYPE_UINT32, is TYPE_STRING");
        assertBroken(Mutation.field(contracts, TENSOR, "Grid", "rows", f -> f.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)),
                "label was LABEL_OPTIONAL, is LABEL_REPEATED");
        assertBroken(Mutation.field(contracts, TENSOR, "NamedTensor", "tensor", f -> f.setTypeName(".tesserae.tensor.v1.Grid")),
                "type was tesserae.tensor.v1.Tensor, is tesserae.tensor.v1.Grid");
        assertBroken(Mutation.field(contracts, LLM, "Sampling", "seed", f -> f.clearProto3Optional().clearOneofIndex()), "presence was true, is false");
        assertBroken(Mutation.field(contracts, LLM, "PromptPart", "text", f -> f.clearOneofIndex()), "oneof was part, is none");
    }

    @Test
    void renumberedEnumValuesAndChangedStreamsBreak() {
        assertBroken(Mutation.enumeration(contracts, TENSOR, "ElementType", e -> e.getValueBuilder(6).setNumber(9)), "number was 6, is 9");
        assertBroken(Mutation.service(contracts, LLM, s -> s.getMethodBuilder(3).setClientStreaming(false)), "client streaming was true, is false");
        assertBroken(Mutation.service(contracts, LLM, s -> s.getMethodBuilder(3).setServerStreaming(false)), "server streaming was true, is false");
        assertBroken(Mutation.service(contracts, LLM, s -> s.getMethodBuilder(0).setOutputType(".tesserae.llm.v1.Finish")),
                "response was .tesserae.llm.v1.DescribeResponse, is .tesserae.llm.v1.Finish");
        assertBroken(Mutation.file(contracts, LLM, f -> f.getOptionsBuilder().setJavaPackage("org.elsewhere")), "java_package was");
    }

    @Test
    void reservedNumbersStayReserved() {
        FileDescriptorSet reserved = Mutation.message(contracts, TENSOR, "Grid",
                m -> m.addReservedRange(DescriptorProto.ReservedRange.newBuilder().setStart(7).setEnd(9)));
        List<String> broken = BreakingRules.brokenBetween(reserved, contracts);
        assertEquals(List.of("message tesserae.tensor.v1.Grid: reserved 7 to 8 was given up"), broken);
    }

    private void assertBroken(FileDescriptorSet changed, String expected) {
        List<String> broken = BreakingRules.brokenBetween(contracts, changed);
        assertTrue(broken.stream().anyMatch(b -> b.contains(expected)), () -> "nothing says '" + expected + "': " + broken);
    }
}
