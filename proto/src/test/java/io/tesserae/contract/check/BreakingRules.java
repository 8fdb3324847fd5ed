package io.tesserae.contract.check;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a peer built from the accepted contracts would trip over: on the wire, in JSON, or when it is compiled again. Whatever
 * is only new is fine.
 */
final class BreakingRules {

    private final List<String> broken = new ArrayList<>();

    private BreakingRules() {
    }

    /** What broke, one line each, empty when nothing did. */
    static List<String> brokenBetween(FileDescriptorSet accepted, FileDescriptorSet current) {
        BreakingRules rules = new BreakingRules();
        rules.each("file ", accepted.getFileList(), current.getFileList(), FileDescriptorProto::getName, rules::file);
        return rules.broken;
    }

    private void file(String name, FileDescriptorProto before, FileDescriptorProto now) {
        same(name, "package", before.getPackage(), now.getPackage());
        same(name, "java_package", before.getOptions().getJavaPackage(), now.getOptions().getJavaPackage());
        same(name, "java_multiple_files", before.getOptions().getJavaMultipleFiles(), now.getOptions().getJavaMultipleFiles());
        String prefix = before.getPackage() + ".";
        each("message " + prefix, before.getMessageTypeList(), now.getMessageTypeList(), DescriptorProto::getName, this::message);
        each("enum " + prefix, before.getEnumTypeList(), now.getEnumTypeList(), EnumDescriptorProto::getName, this::enumeration);
        each("service " + prefix, before.getServiceList(), now.getServiceList(), ServiceDescriptorProto::getName, this::service);
    }

    private void message(String name, DescriptorProto before, DescriptorProto now) {
        Map<Integer, FieldDescriptorProto> fields = by(now.getFieldList(), FieldDescriptorProto::getNumber);
        Map<String, FieldDescriptorProto> fieldsByName = by(now.getFieldList(), FieldDescriptorProto::getName);
        for (FieldDescriptorProto field : before.getFieldList()) {
            String element = name + ": field " + field.getName() + " = " + field.getNumber();
            FieldDescriptorProto same = fields.get(field.getNumber());
            FieldDescriptorProto moved = fieldsByName.get(field.getName());
            if (same == null) {
                broken.add(element + (moved == null ? " was removed" : " was renumbered to " + moved.getNumber()));
            } else {
                field(element, before, field, now, same);
            }
        }
        for (DescriptorProto.ReservedRange range : before.getReservedRangeList()) {
            if (!now.getReservedRangeList().contains(range)) {
                broken.add(name + ": reserved " + range.getStart() + " to " + (range.getEnd() - 1) + " was given up");
            }
        }
        each(name + ": message ", before.getNestedTypeList(), now.getNestedTypeList(), DescriptorProto::getName, this::message);
        each(name + ": enum ", before.getEnumTypeList(), now.getEnumTypeList(), EnumDescriptorProto::getName, this::enumeration);
    }

    private void field(String element, DescriptorProto outer, FieldDescriptorProto before, DescriptorProto outerNow, FieldDescriptorProto now) {
        same(element, "name", before.getName(), now.getName());
        same(element, "json_name", before.getJsonName(), now.getJsonName());
        same(element, "type", type(before), type(now));
        same(element, "label", before.getLabel(), now.getLabel());
        same(element, "presence", before.getProto3Optional(), now.getProto3Optional());
        same(element, "packing", before.getOptions().getPacked(), now.getOptions().getPacked());
        same(element, "oneof", oneof(outer, before), oneof(outerNow, now));
    }

    private static String type(FieldDescriptorProto field) {
        return field.hasTypeName() ? field.getTypeName().substring(1) : field.getType().name();
    }

    private static String oneof(DescriptorProto outer, FieldDescriptorProto field) {
        return field.hasOneofIndex() ? outer.getOneofDecl(field.getOneofIndex()).getName() : "none";
    }

    private void enumeration(String name, EnumDescriptorProto before, EnumDescriptorProto now) {
        each(name + ": value ", before.getValueList(), now.getValueList(), EnumValueDescriptorProto::getName,
                (value, was, is) -> same(value, "number", was.getNumber(), is.getNumber()));
    }

    private void service(String name, ServiceDescriptorProto before, ServiceDescriptorProto now) {
        each(name + ": rpc ", before.getMethodList(), now.getMethodList(), MethodDescriptorProto::getName, this::call);
    }

    private void call(String name, MethodDescriptorProto before, MethodDescriptorProto now) {
        same(name, "request", before.getInputType(), now.getInputType());
        same(name, "response", before.getOutputType(), now.getOutputType());
        same(name, "client streaming", before.getClientStreaming(), now.getClientStreaming());
        same(name, "server streaming", before.getServerStreaming(), now.getServerStreaming());
    }

    private interface Comparison<T> {
        void compare(String name, T before, T now);
    }

    private <T> void each(String kind, List<T> before, List<T> now, Function<T, String> nameOf, Comparison<T> comparison) {
        Map<String, T> present = by(now, nameOf);
        for (T element : before) {
            String name = kind + nameOf.apply(element);
            T same = present.get(nameOf.apply(element));
            if (same == null) {
                broken.add(name + " was removed");
            } else {
                comparison.compare(name, element, same);
            }
        }
    }

    private static <K, T> Map<K, T> by(Collection<T> elements, Function<T, K> keyOf) {
        Map<K, T> map = new LinkedHashMap<>();
        elements.forEach(element -> map.put(keyOf.apply(element), element));
        return map;
    }

    private void same(String element, String property, Object before, Object now) {
        if (!Objects.equals(before, now)) {
            broken.add(element + ": " + property + " was " + before + ", is " + now);
        }
    }
}
