package io.tesserae.llm.remote.triton;

import com.google.protobuf.ByteString;
import inference.GRPCInferenceServiceGrpc;
import inference.GrpcService.InferParameter;
import inference.GrpcService.ModelConfigRequest;
import inference.GrpcService.ModelConfigResponse;
import inference.GrpcService.ModelInferRequest;
import inference.GrpcService.ModelInferResponse;
import inference.GrpcService.ModelInferResponse.InferOutputTensor;
import inference.GrpcService.ModelMetadataRequest;
import inference.GrpcService.ModelMetadataResponse;
import inference.GrpcService.ModelMetadataResponse.TensorMetadata;
import inference.GrpcService.ModelReadyRequest;
import inference.GrpcService.ModelReadyResponse;
import inference.GrpcService.ModelStreamInferResponse;
import inference.ModelConfigOuterClass.ModelConfig;
import inference.ModelConfigOuterClass.ModelParameter;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.llm.remote.EchoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** A double of Triton with a decoupled brain that echoes. It does what {@link EchoServer} says, over Triton's own protocol, batch axis included. */
public final class TritonEcho extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase implements EchoServer {

    public static final String MODEL = "echo-llm";

    private final Set<Answer> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger begun = new AtomicInteger();
    private final Map<String, Double> sampling = new ConcurrentHashMap<>();
    /** What its brain takes an embedding as, and how wide. */
    volatile String embedsType = "FP32";
    volatile long width = WIDTH;
    volatile boolean decoupled = true;
    volatile String revision = "";
    private volatile int held = Integer.MAX_VALUE;
    private Server server;
    private int port;

    public TritonEcho() {
        restart();
    }

    @Override
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void holdAfter(int tokens) {
        held = tokens;
    }

    @Override
    public int running() {
        return running.size();
    }

    @Override
    public int begun() {
        return begun.get();
    }

    @Override
    public Map<String, Double> sampling() {
        return Map.copyOf(sampling);
    }

    @Override
    public void kill() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
        running.forEach(answer -> answer.gone = true);
    }

    @Override
    public void restart() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port)).maxInboundMessageSize(1 << 30).addService(this).build().start();
            port = server.getPort();
        } catch (IOException taken) {
            throw new IllegalStateException(taken);
        }
    }

    private static <R> void answer(StreamObserver<R> observer, R response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        answer(observer, ModelReadyResponse.newBuilder().setReady(request.getName().equals(MODEL)).build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder().setName(MODEL)
                .addInputs(tensor("prompt_embeds", embedsType, -1, -1, width)).addInputs(tensor("max_tokens", "INT32", -1, 1))
                .addOutputs(tensor("token_id", "INT64", -1, 1));
        for (String name : List.of("prompt_ids", "generated_ids", "end_ids", "bias_ids", "seed")) {
            metadata.addInputs(tensor(name, "INT64", -1, -1));
        }
        for (String name : List.of("temperature", "top_p", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty", "biases")) {
            metadata.addInputs(tensor(name, "FP32", -1, -1));
        }
        metadata.addInputs(tensor("top_k", "INT32", -1, 1)).addInputs(tensor("top_logprobs", "INT32", -1, 1));
        answer(observer, metadata.build());
    }

    private static TensorMetadata tensor(String name, String type, long... shape) {
        return TensorMetadata.newBuilder().setName(name).setDatatype(type).addAllShape(LongStream.of(shape).boxed().toList()).build();
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
        ModelConfig.Builder config = ModelConfig.newBuilder().setName(MODEL).setMaxBatchSize(8);
        config.getModelTransactionPolicyBuilder().setDecoupled(decoupled);
        if (!revision.isEmpty()) {
            config.putParameters("tesserae_revision", ModelParameter.newBuilder().setStringValue(revision).build());
        }
        answer(observer, ModelConfigResponse.newBuilder().setConfig(config).build());
    }

    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(StreamObserver<ModelStreamInferResponse> observer) {
        ServerCallStreamObserver<ModelStreamInferResponse> answers = (ServerCallStreamObserver<ModelStreamInferResponse>) observer;
        Answer answer = new Answer(answers);
        answers.setOnCancelHandler(() -> answer.gone = true);
        return new StreamObserver<>() {
            @Override
            public void onNext(ModelInferRequest request) {
                begun.incrementAndGet();
                answer.read(request);
                running.add(answer);
                new Thread(answer, "triton-echo").start();
            }

            @Override
            public void onError(Throwable left) {
                answer.gone = true;
            }

            @Override
            public void onCompleted() {
                // The answer ends the stream.
            }
        };
    }

    private final class Answer implements Runnable {

        private final ServerCallStreamObserver<ModelStreamInferResponse> answers;
        private final Map<String, ByteBuffer> inputs = new HashMap<>();
        private volatile boolean gone;

        Answer(ServerCallStreamObserver<ModelStreamInferResponse> answers) {
            this.answers = answers;
        }

        void read(ModelInferRequest request) {
            for (int i = 0; i < request.getInputsCount(); i++) {
                if (request.getInputs(i).getShape(0) != 1) {
                    throw new IllegalArgumentException(request.getInputs(i) + " has no batch axis");
                }
                inputs.put(request.getInputs(i).getName(), request.getRawInputContents(i).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
            }
            sampling.clear();
            for (String name : List.of("temperature", "top_p", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty")) {
                if (inputs.containsKey(name)) {
                    sampling.put(name, (double) inputs.get(name).getFloat(0));
                }
            }
            if (inputs.containsKey("top_k")) {
                sampling.put("top_k", (double) inputs.get("top_k").getInt(0));
            }
            if (inputs.containsKey("seed")) {
                sampling.put("seed", (double) inputs.get("seed").getLong(0));
            }
            for (int i = 0; inputs.containsKey("bias_ids") && i < inputs.get("bias_ids").remaining() / 8; i++) {
                sampling.put("logit_bias[" + inputs.get("bias_ids").getLong(8 * i) + "]", (double) inputs.get("biases").getFloat(4 * i));
            }
        }

        @Override
        public void run() {
            ByteBuffer embeds = inputs.get("prompt_embeds");
            int rows = embeds.remaining() / 4 / WIDTH;
            int most = inputs.get("max_tokens").getInt(0);
            ByteBuffer ends = inputs.getOrDefault("end_ids", ByteBuffer.allocate(0));
            for (int said = 0; !gone && said < most;) {
                if (said >= held) {
                    Thread.yield();
                    continue;
                }
                long id = (long) embeds.getFloat(4 * WIDTH * (said++ % rows));
                if (!say(token(id))) {
                    break;
                }
                boolean ended = false;
                for (int i = 0; i < ends.remaining() / 8; i++) {
                    ended |= ends.getLong(8 * i) == id;
                }
                if (ended) {
                    break;
                }
            }
            if (!gone && say(ModelInferResponse.newBuilder().putParameters("triton_final_response", InferParameter.newBuilder().setBoolParam(true).build()))) {
                answers.onCompleted();
            }
            running.remove(this);
        }

        private ModelInferResponse.Builder token(long id) {
            ModelInferResponse.Builder response = ModelInferResponse.newBuilder();
            output(response, "token_id", "INT64", 1, longs(id));
            if (inputs.containsKey("top_logprobs")) {
                int top = inputs.get("top_logprobs").getInt(0);
                ByteBuffer values = ByteBuffer.allocate(4 * top).order(ByteOrder.LITTLE_ENDIAN);
                long[] ids = LongStream.range(id, id + top).toArray();
                LongStream.of(ids).forEach(other -> values.putFloat(-other / 1000f));
                output(response, "logprob", "FP32", 1, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(-id / 1000f));
                output(response, "top_ids", "INT64", top, longs(ids));
                output(response, "top_logprobs", "FP32", top, values);
            }
            return response;
        }

        private static ByteBuffer longs(long... values) {
            ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            LongStream.of(values).forEach(bytes::putLong);
            return bytes;
        }

        private static void output(ModelInferResponse.Builder response, String name, String type, long extent, ByteBuffer contents) {
            response.addOutputs(InferOutputTensor.newBuilder().setName(name).setDatatype(type).addShape(1).addShape(extent));
            response.addRawOutputContents(ByteString.copyFrom(contents.flip()));
        }

        private boolean say(ModelInferResponse.Builder response) {
            try {
                answers.onNext(ModelStreamInferResponse.newBuilder().setInferResponse(response).build());
                return true;
            } catch (RuntimeException left) {
                gone = true;
                return false;
            }
        }
    }

    @Override
    public void close() {
        kill();
    }
}
