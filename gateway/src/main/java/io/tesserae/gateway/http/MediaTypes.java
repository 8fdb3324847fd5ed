package io.tesserae.gateway.http;

import java.util.Locale;

/** Judges {@code content-type}. */
final class MediaTypes {

    private MediaTypes() {
    }

    /** Whether a body of that type is read as JSON: it says JSON, in UTF-8 where it says a character set, or says nothing. */
    static boolean isJson(String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return true;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        String type = parts[0].strip();
        if (!type.equals("application/json") && !type.endsWith("+json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8") && !parameter.equals("charset=utf8")) {
                return false;
            }
        }
        return true;
    }
}
