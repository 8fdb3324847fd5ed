package io.tesserae.engines.onnx;

import java.nio.ByteBuffer;

/** Brings bytes to where ONNX Runtime can read them in place. */
final class Direct {

    private Direct() {
    }

    /** The buffer itself where it is direct; a direct copy of it otherwise. */
    static ByteBuffer of(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            return buffer;
        }
        return ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip();
    }
}
