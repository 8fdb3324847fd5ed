package io.tesserae.engines.triton;

import inference.GRPCInferenceServiceGrpc;
import inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import inference.GrpcService.ModelConfigRequest;
import inference.GrpcService.ModelMetadataRequest;
import inference.GrpcService.ModelMetadataResponse;
import inference.GrpcService.ModelReadyRequest;
import inference.GrpcService.RepositoryIndexRequest;
import inference.GrpcService.RepositoryIndexResponse.ModelIndex;
import inference.GrpcService.ServerReadyRequest;
import inference.ModelConfigOuterClass.ModelConfig;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What one server says of one model: whether it is ready, what it looks like, and where it is not ready, why. */
final class ModelQuestions {

    private static final long DEADLINE_MILLIS = 5_000;

    /**
     * @param settled whether waiting changes nothing about it
     * @param trouble why the model cannot be used
     * @param found   null where it is not ready
     */
    record Answer(boolean ready, boolean settled, String trouble, Found found) {

        static Answer notYet(String trouble) {
            return new Answer(false, false, trouble, null);
        }

        static Answer refused(String trouble) {
            return new Answer(false, true, trouble, null);
        }
    }

    private final GRPCInferenceServiceBlockingStub stub;
    private final TritonOptions options;
    private final ModelCard card;

    ModelQuestions(Channel channel, TritonOptions options, ModelCard card) {
        this.stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        this.options = options;
        this.card = card;
    }

    /** @param before the last answer: what was looked at then is not looked at again while the model stays ready */
    Answer ask(Answer before) {
        try {
            if (!modelReady()) {
                return absent();
            }
            return before.ready() ? before : looked();
        } catch (StatusRuntimeException refused) {
            return Answer.notYet(TritonFailures.words(refused.getStatus()));
        }
    }

    private boolean modelReady() {
        try {
            return stub().modelReady(ModelReadyRequest.newBuilder().setName(options.model()).setVersion(options.version()).build()).getReady();
        } catch (StatusRuntimeException refused) {
            // Some servers say so that they do not know the model.
            if (refused.getStatus().getCode() == Status.Code.NOT_FOUND || refused.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
                return false;
            }
            throw refused;
        }
    }

    /** The server answers but has no such model ready: it is still loading it, failed to, or was never told of it. */
    private Answer absent() {
        boolean serverReady = stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady();
        List<ModelIndex> index = index();
        List<ModelIndex> named = index.stream().filter(model -> model.getName().equals(options.model())).toList();
        if (!index.isEmpty() && named.isEmpty()) {
            return Answer.refused("its repository has no " + options.modelInWords() + ", only "
                    + index.stream().map(ModelIndex::getName).distinct().collect(Collectors.joining(", ")));
        }
        if (named.stream().anyMatch(model -> model.getState().equals("LOADING")) || !serverReady && index.isEmpty()) {
            return Answer.notYet(options.modelInWords() + " is not loaded yet");
        }
        String states = named.stream()
                .map(model -> "version " + (model.getVersion().isEmpty() ? "-" : model.getVersion()) + " " + model.getState()
                        + (model.getReason().isEmpty() ? "" : ": " + model.getReason()))
                .collect(Collectors.joining("; "));
        return Answer.refused(options.modelInWords() + " is not loaded" + (states.isEmpty() ? "" : " (" + states + ")"));
    }

    private List<ModelIndex> index() {
        try {
            return stub().repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList();
        } catch (StatusRuntimeException notSupported) {
            // Other servers of this protocol, and Triton where it is forbidden, keep no index.
            return List.of();
        }
    }

    private Answer looked() {
        ModelMetadataResponse metadata = stub().modelMetadata(
                ModelMetadataRequest.newBuilder().setName(options.model()).setVersion(options.version()).build());
        ModelConfig config = stub().modelConfig(ModelConfigRequest.newBuilder().setName(options.model()).setVersion(options.version()).build()).getConfig();
        List<String> differences = ModelAgreement.differences(card, metadata.getInputsList(), metadata.getOutputsList(), config);
        Found found = Found.of(metadata, config);
        differences.addAll(card.demands().apply(found));
        return differences.isEmpty() ? new Answer(true, true, "ready", found)
                : Answer.refused(options.modelInWords() + " is not what the model folder holds: " + String.join("; ", differences));
    }

    private GRPCInferenceServiceBlockingStub stub() {
        return stub.withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
