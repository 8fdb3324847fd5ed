package io.tesserae.engines.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.tesserae.engines.EngineException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/** The environment of ONNX Runtime: one a process, and all sessions share it. */
final class OnnxEnvironment {

    private static final System.Logger LOG = System.getLogger(OnnxEnvironment.class.getName());
    private static final String NAME = "tesserae";

    private OnnxEnvironment() {
    }

    /** Opened at its first use, which loads the native library. Throws {@link EngineException} where that would crash the process. */
    static OrtEnvironment shared() {
        Telemetry.refuseToCrash();
        return Holder.SHARED;
    }

    private static void silence(OrtEnvironment environment) {
        try {
            environment.setTelemetry(false);
        } catch (OrtException refused) {
            LOG.log(System.Logger.Level.WARNING, "ONNX Runtime's telemetry could not be turned off", refused);
        }
    }

    private static final class Holder {

        static final OrtEnvironment SHARED = open();

        private static OrtEnvironment open() {
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, NAME);
            silence(environment);
            keepUntilTheProcessEnds();
            return environment;
        }
    }

    /**
     * Holds the environment a second time. ONNX Runtime's Java binding frees it in a shutdown hook of its own, beside the hook
     * that drains a service: a run that is being finished then crashes the process (github.com/microsoft/onnxruntime/issues/31352).
     * The native environment counts its holders, and no public method of the binding takes a second hold.
     */
    private static void keepUntilTheProcessEnds() {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            create.setAccessible(true);
            create.invoke(null, api.getLong(null), OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(), NAME);
        } catch (ReflectiveOperationException | RuntimeException changed) {
            LOG.log(System.Logger.Level.WARNING,
                    "this version of ONNX Runtime is built otherwise: stopping while a run is under way may crash", changed);
        }
    }
}
