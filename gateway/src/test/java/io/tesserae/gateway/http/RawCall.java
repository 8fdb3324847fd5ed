package io.tesserae.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One request over a bare socket, so that a test sees every byte and can go away at any moment. */
final class RawCall implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    RawCall(int port, String path, String body) throws IOException {
        this(port, path, body, "");
    }

    /** {@code headers}: further ones, each with its line's end. */
    RawCall(int port, String path, String body, String headers) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(60_000);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: "
                + bytes.length + "\r\n" + headers + "connection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        in = socket.getInputStream();
    }

    /** Reads until {@code mark} was seen; what was read. */
    String until(String mark) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.UTF_8).contains(mark)) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("'" + mark + "' never came; before the end: " + read.toString(StandardCharsets.UTF_8));
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    /** All that is left, up to the end of the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Goes away. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
