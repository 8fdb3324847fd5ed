package io.tesserae.gateway.remote;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An http(s) URL that is written as an honest one is. Browsers, resolvers and libraries read odd spellings differently, and each difference
 * is a way around a check; so nothing is repaired here, and what is odd is refused.
 *
 * @param uri  as it came, without its fragment
 * @param host lower case; a name, an IPv4 address as four decimal numbers, or an IPv6 address without brackets
 * @param port said or the scheme's
 */
record RemoteUrl(URI uri, boolean tls, String host, int port) {

    private static final int LONGEST = 8_192;
    private static final int LONGEST_NAME = 253;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]+");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    /** What some resolvers take for a part of an IPv4 address: decimal, octal or hexadecimal. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

    /** Whether a URL names another machine at all. */
    static boolean isRemote(String url) {
        return url.regionMatches(true, 0, "http:", 0, 5) || url.regionMatches(true, 0, "https:", 0, 6);
    }

    /** Reads a URL, or throws a {@link Failure} that says what is wrong with it. */
    static RemoteUrl of(String url) {
        if (url.length() > LONGEST) {
            throw refused("the image's URL is longer than " + LONGEST + " characters");
        }
        if (!VISIBLE.matcher(url).matches() || url.indexOf('\\') >= 0) {
            throw refused("the image's URL holds characters that must be percent-encoded");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw refused("the image's URL is malformed");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw refused("an image's URL begins with https://");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || !uri.getRawAuthority().equals(authority(uri))) {
            throw refused(uri.getRawUserInfo() != null || uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0
                    ? "the image's URL must not hold a user or password" : "the image's URL has no host that can be read");
        }
        boolean tls = scheme.equals("https");
        int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
        return new RemoteUrl(withoutFragment(uri), tls, host(uri.getHost().toLowerCase(Locale.ROOT)), port);
    }

    private static String authority(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static URI withoutFragment(URI uri) {
        String whole = uri.toString();
        int fragment = whole.indexOf('#');
        return fragment < 0 ? uri : URI.create(whole.substring(0, fragment));
    }

    private static String host(String host) {
        if (host.startsWith("[")) {
            String literal = host.substring(1, host.length() - 1);
            if (!IPV6.matcher(literal).matches()) {
                throw refused("the image's URL has no host that can be read");
            }
            return literal;
        }
        String[] labels = host.split("\\.", -1);
        if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
            if (!IPV4.matcher(host).matches()) {
                throw refused("an address in the image's URL must be four decimal numbers");
            }
            return host;
        }
        for (String label : labels) {
            if (host.length() > LONGEST_NAME || !LABEL.matcher(label).matches()) {
                throw refused("the image's URL has no host that can be read");
            }
        }
        return host;
    }

    /** Where this URL's answer sends to. The same rules hold there. */
    RemoteUrl redirected(String location) {
        if (location == null || location.isEmpty() || location.length() > LONGEST) {
            throw refused("the image's URL redirects to nowhere");
        }
        String target;
        try {
            target = uri.resolve(new URI(location)).toString();
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            throw refused("the image's URL redirects to a malformed URL");
        }
        RemoteUrl next = of(target);
        if (tls && !next.tls) {
            throw refused("the image's URL redirects from https to http");
        }
        return next;
    }

    /** Path and query, as a request line has them. */
    String target() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** Whether the host is an address and not a name. */
    boolean isAddress() {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    private static Failure refused(String why) {
        return Failure.of(Reason.IMAGE_URL_REFUSED, why);
    }
}
