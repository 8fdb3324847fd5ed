package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A macro with the scope it was defined in; also the body of a call block, as its {@code caller}. */
record Macro(Signature signature, Scope definedIn) implements Callable {

    /**
     * @param defaults of the last parameters, in their order
     * @param uses names that the body reads: {@code varargs}, {@code kwargs} and {@code caller} exist only where they are read
     */
    record Signature(String name, List<String> parameters, List<Expression> defaults, Statement body, Set<String> uses) {
    }

    @Override
    public Object call(Arguments arguments) {
        Scope scope = definedIn.inner();
        List<String> parameters = signature.parameters();
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        List<Object> positional = arguments.positional();
        Set<String> lacking = new HashSet<>();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i);
            if (i < positional.size()) {
                scope.set(name, positional.get(i));
                if (named.containsKey(name)) {
                    throw TemplateException.failed("macro '" + signature.name() + "' got two values for '" + name + "'");
                }
            } else if (named.containsKey(name)) {
                scope.set(name, named.remove(name));
            } else {
                scope.set(name, new Undefined("parameter '" + name + "' was not provided"));
                lacking.add(name);
            }
        }
        int firstDefault = parameters.size() - signature.defaults().size();
        for (int i = firstDefault; i < parameters.size(); i++) {
            if (lacking.contains(parameters.get(i))) {
                scope.set(parameters.get(i), signature.defaults().get(i - firstDefault).eval(scope));
            }
        }
        surplus(scope, named, positional);
        Rendering rendering = arguments.rendering();
        rendering.enter();
        rendering.step();
        try {
            return rendering.capture(signature.body(), scope);
        } finally {
            rendering.leave();
        }
    }

    private void surplus(Scope scope, Map<String, Object> named, List<Object> positional) {
        if (signature.uses().contains("caller") && !signature.parameters().contains("caller")) {
            scope.set("caller", named.containsKey("caller") ? named.remove("caller") : new Undefined("No caller defined"));
        }
        if (signature.uses().contains("kwargs")) {
            scope.set("kwargs", named);
        } else if (!named.isEmpty()) {
            throw TemplateException.failed("macro '" + signature.name() + "' takes no keyword argument '" + named.keySet().iterator().next() + "'");
        }
        int known = signature.parameters().size();
        if (signature.uses().contains("varargs")) {
            scope.set("varargs", new Tuple(new ArrayList<>(positional.subList(Math.min(known, positional.size()), positional.size()))));
        } else if (positional.size() > known) {
            throw TemplateException.failed("macro '" + signature.name() + "' takes not more than " + known + " argument(s)");
        }
    }

    Object attribute(String attribute) {
        return switch (attribute) {
            case "name" -> signature.name();
            case "arguments" -> new Tuple(signature.parameters());
            case "catch_kwargs" -> signature.uses().contains("kwargs");
            case "catch_varargs" -> signature.uses().contains("varargs");
            case "caller" -> signature.uses().contains("caller");
            default -> Arguments.ABSENT;
        };
    }
}
