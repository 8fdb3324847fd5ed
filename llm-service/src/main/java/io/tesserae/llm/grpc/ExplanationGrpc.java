package io.tesserae.llm.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import io.tesserae.llm.v1.AttendRequest;
import io.tesserae.llm.v1.AttendResponse;
import io.tesserae.llm.v1.ExplanationGrpc.ExplanationImplBase;
import io.tesserae.llm.v1.NearestWordsRequest;
import io.tesserae.llm.v1.NearestWordsResponse;
import io.tesserae.llm.v1.PromptToken;
import io.tesserae.llm.v1.ReadPromptRequest;
import io.tesserae.llm.v1.ReadPromptResponse;
import io.tesserae.llm.v1.TrainingRequest;
import io.tesserae.llm.v1.TrainingResponse;
import jakarta.annotation.PreDestroy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** {@code tesserae.llm.v1.Explanation}: one call is computed at a time, so that answers keep most of the machine. */
@GrpcService
public class ExplanationGrpc extends ExplanationImplBase {

    private static final Logger LOG = Logger.getLogger(ExplanationGrpc.class);
    private static final int MOST_WAITING = 16;

    private final ServedModel model;
    private final ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
        Thread thread = new Thread(task, "llm-explanation");
        thread.setDaemon(true);
        return thread;
    });

    ExplanationGrpc(ServedModel model) {
        this.model = model;
    }

    @Override
    public void readPrompt(ReadPromptRequest request, StreamObserver<ReadPromptResponse> answer) {
        respond(answer, () -> {
            ServedModel.Loaded loaded = loaded(request.getModelRevision());
            Prompt prompt = loaded.assembler().assemble(request.getPromptList());
            return tokens(prompt, loaded.tokenizer());
        });
    }

    private static ReadPromptResponse tokens(Prompt prompt, Tokenizer tokenizer) {
        ReadPromptResponse.Builder response = ReadPromptResponse.newBuilder();
        int next = 0;
        for (int position = 0; position < prompt.ids().length; position++) {
            while (next < prompt.slots().size() && position >= prompt.slots().get(next).end()) {
                next++;
            }
            long id = prompt.ids()[position];
            PromptToken.Builder token = response.addTokensBuilder().setId(id);
            if (next < prompt.slots().size() && position >= prompt.slots().get(next).start()) {
                token.setSlot(prompt.slots().get(next).number());
            } else {
                token.setUtf8(ByteString.copyFrom(tokenizer.bytesOf(id))).setSpecial(tokenizer.isSpecial(id));
            }
        }
        return response.build();
    }

    @Override
    public void nearestWords(NearestWordsRequest request, StreamObserver<NearestWordsResponse> answer) {
        respond(answer, () -> Explaining.nearestWords(request, loaded(request.getModelRevision())));
    }

    @Override
    public void attend(AttendRequest request, StreamObserver<AttendResponse> answer) {
        respond(answer, () -> Explaining.attend(request, loaded(request.getModelRevision())));
    }

    @Override
    public void training(TrainingRequest request, StreamObserver<TrainingResponse> answer) {
        respond(answer, () -> {
            ServedModel.Loaded loaded = loaded(request.getModelRevision());
            return TrainingResponse.newBuilder()
                    .setLosses(loaded.folder().text("training/loss.json").orElse(""))
                    .setStages(loaded.folder().text("training/stages.json").orElse("")).build();
        });
    }

    private ServedModel.Loaded loaded(String revision) {
        ServedModel.Loaded loaded = model.loaded();
        RevisionCheck.require(loaded.manifest(), "model_revision", revision);
        return loaded;
    }

    private <T> void respond(StreamObserver<T> answer, Supplier<T> work) {
        try {
            one.execute(() -> tell(answer, work));
        } catch (RejectedExecutionException full) {
            answer.onError(Failure.overload(Reason.QUEUE_FULL, 1, "too many explanations are being computed; try again").toStatus());
        }
    }

    private static <T> void tell(StreamObserver<T> answer, Supplier<T> work) {
        try {
            answer.onNext(work.get());
            answer.onCompleted();
        } catch (RuntimeException | OutOfMemoryError refused) {
            Failure failure = Failure.from(refused);
            if (failure.reason() == Reason.INTERNAL) {
                LOG.error("an explanation failed", refused);
            }
            answer.onError(failure.toStatus());
        }
    }

    @PreDestroy
    void stop() {
        one.shutdownNow();
    }
}
