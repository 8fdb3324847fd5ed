package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Methods of lists, tuples and dicts that change nothing; the sandbox hides the others. */
final class CollectionMethods {

    private CollectionMethods() {
    }

    static Object ofDict(Map<?, ?> map, String name, Arguments arguments) {
        if (name.equals("get")) {
            Object[] bound = arguments.bind("get", 1, "key", "default");
            PythonTypes.checkHashable(bound[0]);
            Object key = PythonTypes.key(map, bound[0]);
            return map.containsKey(key) ? map.get(key) : Arguments.or(bound[1], null);
        }
        arguments.bind(name, 0);
        return name.equals("copy") ? new LinkedHashMap<>(map) : DictView.of(name, map);
    }

    static Object ofList(List<?> list, String name, Arguments arguments) {
        if (name.equals("copy")) {
            arguments.bind(name, 0);
            return new ArrayList<>(list);
        }
        Object[] bound = arguments.bind(name, 1, "value", "start", "stop");
        if (name.equals("count")) {
            return list.stream().filter(item -> Comparison.equal(item, bound[0])).count();
        }
        int start = Slice.clamp(Arguments.integer(bound[1], 0), list.size());
        int stop = Slice.clamp(Arguments.integer(bound[2], list.size()), list.size());
        for (int i = start; i < stop; i++) {
            if (Comparison.equal(list.get(i), bound[0])) {
                return (long) i;
            }
        }
        throw TemplateException.failed(PythonText.repr(bound[0]) + " is not in list");
    }
}
