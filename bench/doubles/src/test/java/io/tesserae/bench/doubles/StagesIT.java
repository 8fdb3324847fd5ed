package io.tesserae.bench.doubles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.LanguageModelGrpc;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.SlotEmbeddings;
import io.tesserae.llm.v1.Stopping;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectorGrpc;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.Tile;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The doubles keep to the contracts and to their times; they may be late on a busy machine, never early. */
class StagesIT {

    private static final Shape SHAPE = Shape.small();

    @Test
    void anEyeTakesOneTileAfterTheOther() throws Exception {
        try (Stages stages = new Stages(SHAPE, new Latencies(40_000, 0, 0, 0, 0), true, List.of(0), 0, 0)) {
            ManagedChannel channel = StageChannels.open(stages.vision());
            VisionEncoderGrpc.VisionEncoderFutureStub eye = VisionEncoderGrpc.newFutureStub(channel);
            eye.describe(io.tesserae.vision.v1.DescribeRequest.getDefaultInstance()).get(20, TimeUnit.SECONDS);
            EncodeRequest tile = EncodeRequest.newBuilder().setProject(true).addTiles(Tile.newBuilder().setWidth(1).setHeight(1)).build();
            long start = System.nanoTime();
            var calls = List.of(eye.encode(tile), eye.encode(tile), eye.encode(tile));
            for (var call : calls) {
                assertEquals(List.of(64L, 576L), call.get(20, TimeUnit.SECONDS).getTiles(0).getEmbeddings().getShapeList());
            }
            assertTrue(System.nanoTime() - start >= 3 * 40_000_000L, "three tiles in less than three times one");
            assertEquals(3, stages.tiles());
            channel.shutdownNow();
        }
    }

    @Test
    void aNerveAnswersATileWithItsTokens() throws Exception {
        try (Stages stages = new Stages(SHAPE, Latencies.NONE, false, List.of(0), 0, 0)) {
            ManagedChannel channel = StageChannels.open(stages.projector());
            var answer = ProjectorGrpc.newFutureStub(channel)
                    .project(ProjectRequest.newBuilder().addTiles(TileFeatures.getDefaultInstance()).build()).get(20, TimeUnit.SECONDS);
            assertEquals(List.of(64L, 576L), answer.getTiles(0).getEmbeddings().getShapeList());
            channel.shutdownNow();
        }
    }

    @Test
    void aBrainReadsItsSlotsInOrderAndStampsItsTokens() throws Exception {
        try (Stages stages = new Stages(SHAPE, new Latencies(0, 0, 50_000, 10_000, 1_000), true, List.of(0), 0, 0)) {
            ManagedChannel channel = StageChannels.open(stages.llm());
            Heard heard = new Heard();
            long start = System.nanoTime();
            StreamObserver<GenerateRequest> call = LanguageModelGrpc.newStub(channel).generate(heard);
            call.onNext(GenerateRequest.newBuilder().setStart(GenerateStart.newBuilder()
                    .addPrompt(slot(0)).addPrompt(slot(1)).setStopping(Stopping.newBuilder().setMaxTokens(3))).build());
            call.onNext(embeddings(1));
            call.onNext(embeddings(0));
            call.onCompleted();
            List<GenerateResponse> said = heard.whole.get(20, TimeUnit.SECONDS);
            long first = Long.parseLong(said.get(0).getDelta().getText().trim());
            assertTrue(first - start >= 110_000_000L, "the first token is earlier than two slots and the text can be read");
            assertEquals(4, said.size());
            assertEquals(3, said.get(3).getFinish().getGeneratedTokens());
            assertEquals(128, said.get(3).getFinish().getImageTokens());
            channel.shutdownNow();
        }
    }

    private static PromptPart slot(int number) {
        return PromptPart.newBuilder().setImage(ImageSlot.newBuilder().setSlot(number).setTokens(64)).build();
    }

    private static GenerateRequest embeddings(int slot) {
        return GenerateRequest.newBuilder().setEmbeddings(SlotEmbeddings.newBuilder().setSlot(slot)).build();
    }

    private static final class Heard implements StreamObserver<GenerateResponse> {

        private final List<GenerateResponse> responses = new ArrayList<>();
        private final CompletableFuture<List<GenerateResponse>> whole = new CompletableFuture<>();

        @Override
        public void onNext(GenerateResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable thrown) {
            whole.completeExceptionally(thrown);
        }

        @Override
        public void onCompleted() {
            whole.complete(responses);
        }
    }
}
