package io.tesserae.contract.check;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How contracts are written: the rules of Buf's standard lint set that these files can break, and its comment rules.
 *
 * <p>Left out on purpose: SERVICE_SUFFIX, since {@code VisionEncoder} says more than {@code VisionEncoderService}.
 */
final class StyleRules {

    /**
     * Messages that more than one call or a name other than the call's own may use. StreamChat and Complete answer one question
     * in two ways, so a caller may switch between them with the same message.
     */
    static final Set<String> SHARED_REQUESTS = Set.of("tesserae.chat.v1.ChatRequest");

    /** Calls whose answer is named for what it is. */
    static final Set<String> NAMED_RESPONSES = Set.of("tesserae.chat.v1.ChatChunk", "tesserae.chat.v1.ChatCompletion");

    private static final Pattern LOWER_SNAKE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern UPPER_SNAKE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
    private static final Pattern PASCAL = Pattern.compile("([A-Z][a-z0-9]*)+");
    private static final Pattern PACKAGE = Pattern.compile("tesserae(\\.[a-z][a-z0-9_]*)+\\.v[1-9][0-9]*");

    private final List<String> complaints = new ArrayList<>();
    private final Map<String, String> callOfMessage = new HashMap<>();
    private FileDescriptorProto file;
    private Set<List<Integer>> commented;

    private StyleRules() {
    }

    /** What is wrong, one line each, empty when nothing is. */
    static List<String> complaintsAbout(FileDescriptorSet contracts) {
        StyleRules rules = new StyleRules();
        contracts.getFileList().forEach(rules::file);
        return rules.complaints;
    }

    private void file(FileDescriptorProto checked) {
        file = checked;
        commented = new HashSet<>();
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            if (!location.getLeadingComments().isBlank()) {
                commented.add(location.getPathList());
            }
        }
        String name = file.getName().substring(file.getName().lastIndexOf('/') + 1);
        require(LOWER_SNAKE.matcher(name.replace(".proto", "")).matches(), "file name", "is not lower_snake_case");
        require(file.getSyntax().equals("proto3"), "syntax", "is not proto3");
        require(PACKAGE.matcher(file.getPackage()).matches(), "package " + file.getPackage(), "is not tesserae.<stage>.v<number>");
        require(file.getName().equals(file.getPackage().replace('.', '/') + "/" + name), "package " + file.getPackage(),
                "does not match its folder");
        require(commented.contains(List.of(FileDescriptorProto.PACKAGE_FIELD_NUMBER)), "package", "has no comment");
        require(file.getOptions().getJavaMultipleFiles(), "option java_multiple_files", "is not true");
        require(file.getOptions().getJavaPackage().equals("io." + file.getPackage()), "option java_package",
                "is not io." + file.getPackage());
        require(file.getPublicDependencyCount() + file.getWeakDependencyCount() == 0, "imports", "are public or weak");
        for (int i = 0; i < file.getMessageTypeCount(); i++) {
            message(file.getMessageType(i), "", List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < file.getEnumTypeCount(); i++) {
            enumeration(file.getEnumType(i), "", List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < file.getServiceCount(); i++) {
            service(file.getService(i), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
        }
    }

    private void message(DescriptorProto message, String outer, List<Integer> path) {
        if (message.getOptions().getMapEntry()) {
            return;
        }
        String name = outer + message.getName();
        named(PASCAL, message.getName(), "message " + name, "PascalCase");
        comment(path, "message " + name);
        for (int i = 0; i < message.getFieldCount(); i++) {
            FieldDescriptorProto field = message.getField(i);
            named(LOWER_SNAKE, field.getName(), "field " + name + "." + field.getName(), "lower_snake_case");
            comment(child(path, DescriptorProto.FIELD_FIELD_NUMBER, i), "field " + name + "." + field.getName());
        }
        for (int i = 0; i < message.getOneofDeclCount(); i++) {
            String oneof = message.getOneofDecl(i).getName();
            // An optional field is a oneof of one, which the compiler names with an underscore.
            if (!oneof.startsWith("_")) {
                named(LOWER_SNAKE, oneof, "oneof " + name + "." + oneof, "lower_snake_case");
                comment(child(path, DescriptorProto.ONEOF_DECL_FIELD_NUMBER, i), "oneof " + name + "." + oneof);
            }
        }
        for (int i = 0; i < message.getNestedTypeCount(); i++) {
            message(message.getNestedType(i), name + ".", child(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < message.getEnumTypeCount(); i++) {
            enumeration(message.getEnumType(i), name + ".", child(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
        }
    }

    private void enumeration(EnumDescriptorProto enumeration, String outer, List<Integer> path) {
        String name = outer + enumeration.getName();
        String prefix = enumeration.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
        named(PASCAL, enumeration.getName(), "enum " + name, "PascalCase");
        comment(path, "enum " + name);
        require(!enumeration.getOptions().getAllowAlias(), "enum " + name, "allows aliases");
        for (int i = 0; i < enumeration.getValueCount(); i++) {
            String value = enumeration.getValue(i).getName();
            String element = "enum value " + name + "." + value;
            named(UPPER_SNAKE, value, element, "UPPER_SNAKE_CASE");
            require(value.startsWith(prefix), element, "does not begin with " + prefix);
            require(enumeration.getValue(i).getNumber() != 0 || value.equals(prefix + "UNSPECIFIED"), element,
                    "is zero but not " + prefix + "UNSPECIFIED");
            comment(child(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i), element);
        }
    }

    private void service(ServiceDescriptorProto service, List<Integer> path) {
        named(PASCAL, service.getName(), "service " + service.getName(), "PascalCase");
        comment(path, "service " + service.getName());
        for (int i = 0; i < service.getMethodCount(); i++) {
            MethodDescriptorProto call = service.getMethod(i);
            String name = service.getName() + "." + call.getName();
            named(PASCAL, call.getName(), "rpc " + name, "PascalCase");
            comment(child(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i), "rpc " + name);
            own(name, call.getName() + "Request", call.getInputType().substring(1), SHARED_REQUESTS);
            own(name, call.getName() + "Response", call.getOutputType().substring(1), NAMED_RESPONSES);
        }
    }

    /** A message belongs to one call and is named for it, unless it is an exception. */
    private void own(String call, String expected, String message, Set<String> exceptions) {
        if (exceptions.contains(message)) {
            return;
        }
        require(message.equals(file.getPackage() + "." + expected), "rpc " + call, "takes or gives " + message + ", not its own " + expected);
        String other = callOfMessage.putIfAbsent(message, call);
        require(other == null, "rpc " + call, "shares " + message + " with " + other);
    }

    private void named(Pattern pattern, String name, String element, String style) {
        require(pattern.matcher(name).matches(), element, "is not " + style);
    }

    private void comment(List<Integer> path, String element) {
        require(commented.contains(path), element, "has no comment");
    }

    private static List<Integer> child(List<Integer> path, int field, int index) {
        List<Integer> longer = new ArrayList<>(path);
        longer.add(field);
        longer.add(index);
        return longer;
    }

    private void require(boolean holds, String element, String otherwise) {
        if (!holds) {
            complaints.add(file.getName() + ": " + element + " " + otherwise);
        }
    }
}
