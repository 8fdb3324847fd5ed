package io.tesserae.engines.triton;

import inference.GrpcService.InferParameter;
import inference.GrpcService.ModelInferRequest;
import io.grpc.Deadline;
import io.tesserae.engines.Caller;
import java.util.concurrent.TimeUnit;

/** What Triton is told beside the tensors: which model, whose request it is, how urgent it is and how long it is worth anything. */
record CallDetails(TritonOptions options, String requestId, int priority, long timeoutMicros) {

    private static final String REQUEST_ID = "x-request-id";
    private static final String PRIORITY = "tesserae-priority";

    /** Of the call that this thread works for. */
    static CallDetails of(TritonOptions options, Deadline deadline) {
        int priority = Caller.header(PRIORITY).filter(text -> text.matches("[0-9]{1,6}")).map(Integer::parseInt).orElse(options.priority());
        return new CallDetails(options, Caller.header(REQUEST_ID).orElse(""), priority, Math.max(1, deadline.timeRemaining(TimeUnit.MICROSECONDS)));
    }

    ModelInferRequest.Builder fill(ModelInferRequest.Builder request) {
        request.setModelName(options.model()).setModelVersion(options.version()).setId(requestId);
        // A request that still waits when nobody wants its answer any more is dropped from Triton's queue.
        request.putParameters("timeout", InferParameter.newBuilder().setInt64Param(timeoutMicros).build());
        if (priority > 0) {
            request.putParameters("priority", InferParameter.newBuilder().setUint64Param(priority).build());
        }
        return request;
    }
}
