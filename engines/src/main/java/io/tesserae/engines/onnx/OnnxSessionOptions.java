package io.tesserae.engines.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.tesserae.engines.EngineException;
import java.util.Map;

/** Our options in ONNX Runtime's terms. */
final class OnnxSessionOptions {

    private OnnxSessionOptions() {
    }

    /** Native options that the caller closes. Throws {@link EngineException} where the provider is not there. */
    static SessionOptions of(OnnxOptions options) throws OrtException {
        SessionOptions session = new SessionOptions();
        try {
            session.setIntraOpNumThreads(options.effectiveThreads());
            session.setInterOpNumThreads(1);
            session.setOptimizationLevel(level(options.level()));
            session.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
            session.addConfigEntry("session.disable_prepacking", options.prepacking() ? "0" : "1");
            for (Map.Entry<String, String> setting : options.settings().entrySet()) {
                session.addConfigEntry(setting.getKey(), setting.getValue());
            }
            if (options.provider() == OnnxOptions.Provider.CUDA) {
                addCuda(session, options.device());
            }
            return session;
        } catch (OrtException | RuntimeException refused) {
            session.close();
            throw refused;
        }
    }

    private static void addCuda(SessionOptions session, int device) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new EngineException("the CUDA provider was asked for, but this ONNX Runtime has none (it has "
                    + OrtEnvironment.getAvailableProviders() + "): put onnxruntime_gpu on the class path in place of onnxruntime, or use the cpu provider");
        }
        try {
            session.addCUDA(device);
        } catch (OrtException absent) {
            throw new EngineException("the CUDA provider was asked for, but device " + device + " cannot be used: " + absent.getMessage(), absent);
        }
    }

    private static OptLevel level(OnnxOptions.Level level) {
        return switch (level) {
            case NONE -> OptLevel.NO_OPT;
            case BASIC -> OptLevel.BASIC_OPT;
            case EXTENDED -> OptLevel.EXTENDED_OPT;
            case ALL -> OptLevel.ALL_OPT;
        };
    }
}
