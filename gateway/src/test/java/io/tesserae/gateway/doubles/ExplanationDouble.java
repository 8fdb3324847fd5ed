package io.tesserae.gateway.doubles;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.llm.v1.AttendRequest;
import io.tesserae.llm.v1.AttendResponse;
import io.tesserae.llm.v1.ExplanationGrpc;
import io.tesserae.llm.v1.NearWord;
import io.tesserae.llm.v1.NearWords;
import io.tesserae.llm.v1.NearestWordsRequest;
import io.tesserae.llm.v1.NearestWordsResponse;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.PromptToken;
import io.tesserae.llm.v1.ReadPromptRequest;
import io.tesserae.llm.v1.ReadPromptResponse;
import io.tesserae.llm.v1.TrainingRequest;
import io.tesserae.llm.v1.TrainingResponse;
import java.util.Arrays;

/** A brain whose tokens are letters, whose nearest word is the number itself, and which looks everywhere equally. */
public final class ExplanationDouble extends ExplanationGrpc.ExplanationImplBase {

    @Override
    public void readPrompt(ReadPromptRequest request, StreamObserver<ReadPromptResponse> observer) {
        ReadPromptResponse.Builder response = ReadPromptResponse.newBuilder();
        for (PromptPart part : request.getPromptList()) {
            if (part.hasImage()) {
                for (int i = 0; i < part.getImage().getTokens(); i++) {
                    response.addTokens(PromptToken.newBuilder().setId(999).setSlot(part.getImage().getSlot()));
                }
            } else {
                part.getText().chars().forEach(letter -> response.addTokens(PromptToken.newBuilder().setId(letter)
                        .setUtf8(ByteString.copyFromUtf8(Character.toString(letter))).setSpecial(letter == '|')));
            }
        }
        tell(observer, response.build());
    }

    @Override
    public void nearestWords(NearestWordsRequest request, StreamObserver<NearestWordsResponse> observer) {
        Tensor embeddings = WireTensors.fromMessage(request.getEmbeddings());
        NearestWordsResponse.Builder response = NearestWordsResponse.newBuilder().setVocabulary(1000);
        for (int i = 0; i < embeddings.extent(0); i++) {
            response.addTokens(NearWords.newBuilder().addWords(
                    NearWord.newBuilder().setId(i).setText(Integer.toString((int) embeddings.floats().get(i))).setSimilarity(0.5f)));
        }
        tell(observer, response.build());
    }

    @Override
    public void attend(AttendRequest request, StreamObserver<AttendResponse> observer) {
        int positions = request.getPromptList().stream()
                .mapToInt(part -> part.hasImage() ? part.getImage().getTokens() : part.getText().length()).sum() + request.getGeneratedIdsCount() - 1;
        float[] weights = new float[request.getGeneratedIdsCount() * positions];
        Arrays.fill(weights, 1f / positions);
        AttendResponse.Builder response = AttendResponse.newBuilder().setLayers(3).addAllAveraged(request.getLayersList())
                .setWeights(WireTensors.toMessage(Tensor.ofFloats(weights, request.getGeneratedIdsCount(), positions)));
        request.getGeneratedIdsList().forEach(id -> response.addUtf8(ByteString.copyFromUtf8("w" + id)));
        tell(observer, response.build());
    }

    @Override
    public void training(TrainingRequest request, StreamObserver<TrainingResponse> observer) {
        tell(observer, TrainingResponse.newBuilder().setLosses("[{\"phase\": \"stage-2\", \"step\": 10, \"loss\": 0.5}]").build());
    }

    private static <T> void tell(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
