package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.files.StoredFile;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Which files of a list are asked for.
 *
 * @param after   id of the one before the first; null for the first of all
 * @param oldest  whether the oldest comes first
 * @param purpose null for any
 */
record Listing(int limit, String after, boolean oldest, String purpose) {

    private static final Set<String> KNOWN = Set.of("limit", "after", "order", "purpose");

    /** Reads the query, or throws a {@link Failure} that names what is wrong with it. */
    static Listing of(MultiMap query, int most) {
        for (String name : query.names()) {
            if (!KNOWN.contains(name)) {
                throw bad(name.length() > 64 ? name.substring(0, 64) : name, "is not a parameter that this server knows");
            }
            if (query.getAll(name).size() > 1) {
                throw bad(name, "is given more than once");
            }
        }
        String order = query.get("order");
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw bad("order", "must be 'asc' or 'desc'");
        }
        return new Listing(limit(query.get("limit"), most), query.get("after"), "asc".equals(order), query.get("purpose"));
    }

    private static int limit(String said, int most) {
        if (said == null) {
            return most;
        }
        if (!said.matches("[0-9]{1,6}") || Integer.parseInt(said) < 1 || Integer.parseInt(said) > most) {
            throw bad("limit", "must be from 1 to " + most);
        }
        return Integer.parseInt(said);
    }

    private static Failure bad(String name, String what) {
        return Failure.inField(Reason.INVALID_FIELD, name, "'" + name + "' " + what);
    }

    /** Of files that are given newest first, those that are asked for; more than the limit where there are more. */
    List<StoredFile> inOrder(List<StoredFile> newestFirst) {
        List<StoredFile> files = new ArrayList<>(newestFirst);
        files.removeIf(file -> purpose != null && !file.purpose().equals(purpose));
        if (oldest) {
            Collections.reverse(files);
        }
        if (after == null) {
            return files;
        }
        for (int i = 0; i < files.size(); i++) {
            if (files.get(i).id().equals(after)) {
                return files.subList(i + 1, files.size());
            }
        }
        throw bad("after", "must be the id of a file");
    }
}
