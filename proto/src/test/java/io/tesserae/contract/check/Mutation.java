package io.tesserae.contract.check;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.function.Consumer;

/** Edits a copy of the contracts, to show that the rules notice. */
final class Mutation {

    private Mutation() {
    }

    static FileDescriptorSet file(FileDescriptorSet set, String name, Consumer<FileDescriptorProto.Builder> edit) {
        FileDescriptorSet.Builder copy = set.toBuilder();
        edit.accept(copy.getFileBuilderList().stream().filter(f -> f.getName().endsWith(name)).findFirst().orElseThrow());
        return copy.build();
    }

    static FileDescriptorSet message(FileDescriptorSet set, String file, String name, Consumer<DescriptorProto.Builder> edit) {
        return file(set, file, f -> edit.accept(
                f.getMessageTypeBuilderList().stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow()));
    }

    static FileDescriptorSet field(
            FileDescriptorSet set, String file, String message, String name, Consumer<FieldDescriptorProto.Builder> edit) {
        return message(set, file, message, m -> edit.accept(
                m.getFieldBuilderList().stream().filter(f -> f.getName().equals(name)).findFirst().orElseThrow()));
    }

    static FileDescriptorSet enumeration(FileDescriptorSet set, String file, String name, Consumer<EnumDescriptorProto.Builder> edit) {
        return file(set, file, f -> edit.accept(
                f.getEnumTypeBuilderList().stream().filter(e -> e.getName().equals(name)).findFirst().orElseThrow()));
    }

    static FileDescriptorSet service(FileDescriptorSet set, String file, Consumer<ServiceDescriptorProto.Builder> edit) {
        return file(set, file, f -> edit.accept(f.getServiceBuilder(0)));
    }
}
