package io.tesserae.llm.grammar.schema;

import java.util.Map;

/** Formats that are held to, each as a pattern that whatever checks the format takes. Narrower than the standards, and never wider. */
final class Formats {

    private static final String HOST = "[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?){0,4}\\.[a-z]{2,10}";
    private static final String DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    private static final String DATE = "[12][0-9]{3}-" + DAY;
    private static final String TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String PATH = "(/[A-Za-z0-9._~-]{0,60}){0,8}";

    private static final Map<String, String> PATTERNS = Map.ofEntries(
            Map.entry("date", DATE),
            Map.entry("time", TIME),
            Map.entry("date-time", DATE + "T" + TIME),
            Map.entry("duration", "P([0-9]{1,4}W|([0-9]{1,4}Y([0-9]{1,2}M([0-9]{1,2}D)?)?|[0-9]{1,2}M([0-9]{1,2}D)?|[0-9]{1,3}D)(T[0-9]{1,2}H([0-9]{1,2}M)?)?"
                    + "|T([0-9]{1,3}H([0-9]{1,2}M([0-9]{1,2}S)?)?|[0-9]{1,3}M([0-9]{1,2}S)?|[0-9]{1,3}S))"),
            Map.entry("email", "[a-z0-9]{1,30}([._+-][a-z0-9]{1,20}){0,3}@" + HOST),
            Map.entry("idn-email", "[a-z0-9]{1,30}([._+-][a-z0-9]{1,20}){0,3}@" + HOST),
            Map.entry("hostname", HOST),
            Map.entry("idn-hostname", HOST),
            Map.entry("ipv4", OCTET + "(\\." + OCTET + "){3}"),
            Map.entry("ipv6", "[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}"),
            Map.entry("uri", "https?://" + HOST + PATH),
            Map.entry("uri-reference", "https?://" + HOST + PATH),
            Map.entry("iri", "https?://" + HOST + PATH),
            Map.entry("iri-reference", "https?://" + HOST + PATH),
            Map.entry("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
            Map.entry("json-pointer", "(/[A-Za-z0-9_-]{0,60}){0,8}"));

    /** Formats of OpenAPI, which say how a value is kept and not what it is. */
    private static final java.util.Set<String> KEPT = java.util.Set.of("int32", "int64", "float", "double", "byte", "binary", "password");

    private Formats() {
    }

    /** The pattern for a format's whole text; empty for one that asks for nothing. Refuses those that it does not know. */
    static String pattern(SchemaAt format) {
        String name = format.node().textValue();
        if (KEPT.contains(name)) {
            return "";
        }
        String pattern = PATTERNS.get(name);
        if (pattern == null) {
            throw format.refuse("", "the format '" + (name.length() > 40 ? name.substring(0, 40) : name) + "' is not one that can be held to");
        }
        return "^(" + pattern + ")$";
    }
}
