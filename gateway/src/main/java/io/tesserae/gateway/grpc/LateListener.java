package io.tesserae.gateway.grpc;

import io.grpc.ServerCall;

/**
 * Stands in for a call's listener until it is known who calls. Nothing was asked for yet, so that no message can come before it is; only
 * that the other end has gone.
 */
final class LateListener<Q> extends ServerCall.Listener<Q> {

    private ServerCall.Listener<Q> real;
    private boolean cancelled;
    private boolean ready;

    /** From here on {@code listener} hears everything. */
    synchronized void becomes(ServerCall.Listener<Q> listener) {
        real = listener;
        if (ready) {
            real.onReady();
        }
        if (cancelled) {
            real.onCancel();
        }
    }

    @Override
    public synchronized void onMessage(Q message) {
        real.onMessage(message);
    }

    @Override
    public synchronized void onHalfClose() {
        real.onHalfClose();
    }

    @Override
    public synchronized void onCancel() {
        cancelled = true;
        if (real != null) {
            real.onCancel();
        }
    }

    @Override
    public synchronized void onComplete() {
        if (real != null) {
            real.onComplete();
        }
    }

    @Override
    public synchronized void onReady() {
        ready = true;
        if (real != null) {
            real.onReady();
        }
    }
}
