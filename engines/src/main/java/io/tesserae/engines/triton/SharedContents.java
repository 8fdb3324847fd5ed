package io.tesserae.engines.triton;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads answers whose bytes fields share one array with the message, into which they were taken from the connection: features and embeddings are copied
 * once on their way into this JVM. The marshaller that grpc-java brings copies them once more, from its buffer into each field.
 */
final class SharedContents<M extends MessageLite> implements MethodDescriptor.Marshaller<M> {

    private final MethodDescriptor.Marshaller<M> own;
    private final Parser<M> parser;

    private SharedContents(MethodDescriptor.Marshaller<M> own, Parser<M> parser) {
        this.own = own;
        this.parser = parser;
    }

    /** That method, answers read so. */
    static <Q, R extends MessageLite> MethodDescriptor<Q, R> of(MethodDescriptor<Q, R> method, Parser<R> answers) {
        return method.toBuilder(method.getRequestMarshaller(), new SharedContents<>(method.getResponseMarshaller(), answers)).build();
    }

    @Override
    public InputStream stream(M message) {
        return own.stream(message);
    }

    /** grpc-java knows a message's length, so that one array of that length is filled; a stream that does not say is gathered. */
    private static byte[] whole(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) {
            return stream.readAllBytes();
        }
        byte[] whole = new byte[stream.available()];
        if (stream.readNBytes(whole, 0, whole.length) < whole.length) {
            throw new EOFException("the message is shorter than was said");
        }
        return whole;
    }

    @Override
    public M parse(InputStream stream) {
        try {
            byte[] whole = whole(stream);
            CodedInputStream coded = UnsafeByteOperations.unsafeWrap(whole).newCodedInput();
            coded.enableAliasing(true);
            M message = parser.parseFrom(coded, ExtensionRegistryLite.getEmptyRegistry());
            coded.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException malformed) {
            throw Status.INTERNAL.withDescription("an answer is no message of Triton's").withCause(malformed).asRuntimeException();
        } catch (IOException broken) {
            throw Status.UNAVAILABLE.withDescription("an answer broke off").withCause(broken).asRuntimeException();
        }
    }
}
