package io.tesserae.gateway.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of addresses, such as {@code 10.0.0.0/8} or {@code fc00::/7}.
 *
 * @param address its first address, 4 or 16 bytes; never written to
 * @param prefix  leading bits that all its addresses share
 */
record Network(byte[] address, int prefix) {

    /** Digits, and nothing that a resolver would be asked about. */
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)/([0-9]{1,3})");

    /** Reads one, or throws {@link IllegalArgumentException} that says what one looks like. */
    static Network of(String written) {
        var match = WRITTEN.matcher(written.strip());
        try {
            if (match.matches()) {
                byte[] address = InetAddress.getByName(match.group(1)).getAddress();
                int prefix = Integer.parseInt(match.group(2));
                if (prefix <= address.length * Byte.SIZE) {
                    return new Network(address, prefix);
                }
            }
        } catch (UnknownHostException malformed) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + written + "' is no network, such as 10.0.0.0/8 or fc00::/7");
    }

    boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = prefix / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (address[i] != other[i]) {
                return false;
            }
        }
        int rest = prefix % Byte.SIZE;
        return rest == 0 || (address[whole] ^ other[whole]) >> Byte.SIZE - rest == 0;
    }
}
