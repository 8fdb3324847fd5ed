package io.tesserae.engines.triton;

import com.google.protobuf.UnsafeByteOperations;
import inference.GRPCInferenceServiceGrpc;
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
import inference.GrpcService.RepositoryIndexRequest;
import inference.GrpcService.RepositoryIndexResponse;
import inference.GrpcService.RepositoryIndexResponse.ModelIndex;
import inference.GrpcService.ServerReadyRequest;
import inference.GrpcService.ServerReadyResponse;
import inference.ModelConfigOuterClass.ModelConfig;
import inference.ModelConfigOuterClass.ModelParameter;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** A server of Triton's protocol on a port of this machine, its models run by engines of this JVM. It does what it is told to do wrong. */
public final class TritonDouble extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase implements AutoCloseable {

    private final Map<String, Engine> models = new ConcurrentHashMap<>();
    private final Map<String, String> revisions = new ConcurrentHashMap<>();
    private final Map<String, Integer> maxBatches = new ConcurrentHashMap<>();
    private final Set<String> unloaded = ConcurrentHashMap.newKeySet();
    /** What the next calls are refused with. */
    public final Queue<Status> refusals = new ConcurrentLinkedQueue<>();
    public final Queue<ModelInferRequest> requests = new ConcurrentLinkedQueue<>();
    public final Queue<Metadata> headers = new ConcurrentLinkedQueue<>();
    public final AtomicInteger cancelled = new AtomicInteger();
    /** Calls that get no answer until their caller leaves. */
    public volatile boolean silent;
    private Server server;
    private int port;

    public static TritonDouble start() {
        TritonDouble started = new TritonDouble();
        started.listen();
        return started;
    }

    /** Starts, or starts again where it listened before. */
    public void listen() {
        ServerInterceptor keep = new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
                if (call.getMethodDescriptor().getBareMethodName().equals("ModelInfer")) {
                    headers.add(metadata);
                }
                return next.startCall(call, metadata);
            }
        };
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port)).maxInboundMessageSize(1 << 30).intercept(keep).addService(this)
                    .build().start();
            port = server.getPort();
        } catch (IOException taken) {
            throw new IllegalStateException(taken);
        }
    }

    /** Ends without a word to its callers. */
    public void kill() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Closed with this. */
    public TritonDouble with(String name, Engine engine) {
        models.put(name, engine);
        return this;
    }

    public void says(String model, String revision) {
        revisions.put(model, revision);
    }

    public void takes(String model, int rows) {
        maxBatches.put(model, rows);
    }

    public void unload(String model) {
        unloaded.add(model);
    }

    public void load(String model) {
        unloaded.remove(model);
    }

    private boolean serves(String name, String version) {
        return models.containsKey(name) && !unloaded.contains(name) && (version.isEmpty() || version.equals("1"));
    }

    private static <R> void answer(StreamObserver<R> observer, R response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(observer, ServerReadyResponse.newBuilder().setReady(true).build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        answer(observer, ModelReadyResponse.newBuilder().setReady(serves(request.getName(), request.getVersion())).build());
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        models.keySet().forEach(name -> index.addModels(ModelIndex.newBuilder().setName(name).setVersion("1")
                .setState(unloaded.contains(name) ? "UNAVAILABLE" : "READY").setReason(unloaded.contains(name) ? "unloaded" : "")));
        answer(observer, index.build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        Engine engine = models.get(request.getName());
        answer(observer, ModelMetadataResponse.newBuilder().setName(request.getName()).addVersions("1")
                .addAllInputs(metadata(engine.inputs().values())).addAllOutputs(metadata(engine.outputs().values())).build());
    }

    private static List<TensorMetadata> metadata(Collection<TensorSpec> specs) {
        return specs.stream().map(spec -> TensorMetadata.newBuilder().setName(spec.name()).setDatatype(WireTypes.name(spec.kind()))
                .addAllShape(LongStream.of(spec.shape()).boxed().toList()).build()).toList();
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
        ModelConfig.Builder config = ModelConfig.newBuilder().setName(request.getName()).setMaxBatchSize(maxBatches.getOrDefault(request.getName(), 1 << 20));
        if (revisions.containsKey(request.getName())) {
            config.putParameters(ModelCard.REVISION, ModelParameter.newBuilder().setStringValue(revisions.get(request.getName())).build());
        }
        answer(observer, ModelConfigResponse.newBuilder().setConfig(config).build());
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        requests.add(request);
        Cancellation cancellation = new Cancellation();
        ((ServerCallStreamObserver<ModelInferResponse>) observer).setOnCancelHandler(() -> {
            cancelled.incrementAndGet();
            cancellation.cancel();
        });
        Status refusal = refusals.poll();
        if (refusal != null) {
            observer.onError(refusal.asRuntimeException());
        } else if (!serves(request.getModelName(), request.getModelVersion())) {
            observer.onError(Status.UNAVAILABLE.withDescription("Request for unknown model: '" + request.getModelName() + "' is not found").asRuntimeException());
        } else if (!silent) {
            new Thread(() -> run(request, observer, cancellation)).start();
        }
    }

    private void run(ModelInferRequest request, StreamObserver<ModelInferResponse> observer, Cancellation cancellation) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < request.getInputsCount(); i++) {
            long[] shape = request.getInputs(i).getShapeList().stream().mapToLong(Long::longValue).toArray();
            inputs.put(request.getInputs(i).getName(), new Tensor(WireTypes.kind(request.getInputs(i).getDatatype()).orElseThrow(), shape,
                    request.getRawInputContents(i).asReadOnlyByteBuffer()));
        }
        Set<String> wanted = new java.util.LinkedHashSet<>();
        request.getOutputsList().forEach(output -> wanted.add(output.getName()));
        try {
            ModelInferResponse.Builder response = ModelInferResponse.newBuilder().setId(request.getId());
            models.get(request.getModelName()).run(inputs, wanted, cancellation).forEach((name, tensor) -> {
                response.addOutputs(InferOutputTensor.newBuilder().setName(name).setDatatype(WireTypes.name(tensor.kind()))
                        .addAllShape(LongStream.of(tensor.shape()).boxed().toList()));
                response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(tensor.data()));
            });
            answer(observer, response.build());
        } catch (CancellationException left) {
            observer.onError(Status.CANCELLED.asRuntimeException());
        } catch (EngineException wrong) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void close() {
        kill();
        models.values().forEach(Engine::close);
    }
}
