"""What a tile costs by way of the triton engine beside Triton's own Python client, on the same server, in turns."""

import os
import statistics
import subprocess
import time

import numpy as np
import tritonclient.grpc
import tritonclient.utils.shared_memory as shared_memory
from server import end_with_parent
from service import ROOT

MODEL, ROUNDS, TILES = "tesserae-135m-vision", 60, 1


def own_client(triton, outputs):
    client = tritonclient.grpc.InferenceServerClient(triton.address)
    pixels = np.random.default_rng(1).standard_normal((1, 3, 384, 384), np.float32)
    wanted = [tritonclient.grpc.InferRequestedOutput(name) for name in outputs]

    def run():
        tensor = tritonclient.grpc.InferInput("pixel_values", pixels.shape, "FP32")
        tensor.set_data_from_numpy(pixels)
        answer = client.infer(MODEL, [tensor], outputs=wanted)
        return [answer.as_numpy(name) for name in outputs]

    return run


def by_shared_memory(triton, outputs):
    """The same with the tile in system shared memory; features come back as usual."""
    client = tritonclient.grpc.InferenceServerClient(triton.address)
    pixels = np.random.default_rng(1).standard_normal((1, 3, 384, 384), np.float32)
    region = shared_memory.create_shared_memory_region("tile", f"/tile_{os.getpid()}", pixels.nbytes)
    client.register_system_shared_memory("tile", f"/tile_{os.getpid()}", pixels.nbytes)
    wanted = [tritonclient.grpc.InferRequestedOutput(name) for name in outputs]

    def run():
        shared_memory.set_shared_memory_region(region, [pixels])
        tensor = tritonclient.grpc.InferInput("pixel_values", pixels.shape, "FP32")
        tensor.set_shared_memory("tile", pixels.nbytes)
        return client.infer(MODEL, [tensor], outputs=wanted)

    def close():
        client.unregister_system_shared_memory("tile")
        shared_memory.destroy_shared_memory_region(region)

    return run, close


def timed(run):
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def test_a_tile_costs_what_it_costs_tritons_own_client(triton, figure):
    libraries = ROOT / "all-in-one/target/quarkus-app/lib"
    java = subprocess.Popen([os.environ.get("TESSERAE_JAVA", "java"), "-cp", f"{libraries}/main/*:{libraries}/boot/*", str(ROOT / "end-to-end/triton/TileTimes.java"),
                             triton.address, MODEL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    outputs = java.stdout.readline().split()
    own = own_client(triton, outputs)
    shared, close = by_shared_memory(triton, outputs)
    times = {"java": [], "own": [], "shared": []}
    try:
        for number in range(ROUNDS + 2):
            java.stdin.write(f"{TILES}\n")
            java.stdin.flush()
            measured = {"java": [float(nanos) / 1e9 for nanos in java.stdout.readline().split()],
                        "own": [timed(own) for _ in range(TILES)], "shared": [timed(shared) for _ in range(TILES)]}
            if number >= 2:  # the first rounds warm up
                for name, values in measured.items():
                    times[name] += values
    finally:
        java.stdin.close()
        java.wait(60)
        close()
    median = {name: statistics.median(values) for name, values in times.items()}
    best = {name: statistics.quantiles(values, n=10)[0] for name, values in times.items()}  # a busy machine disturbs the fastest tenth least
    figure(f"a tile by the triton engine against Triton's own Python client: median {median['java'] / median['own']:.3f}x, fastest tenth {best['java'] / best['own']:.3f}x "
           f"({1e3 * median['java']:.1f} against {1e3 * median['own']:.1f} ms; {1e3 * best['java']:.1f} against {1e3 * best['own']:.1f} ms; {len(times['own'])} tiles each, in turns)")
    figure(f"the same client with the tile in system shared memory: median {median['shared'] / median['own']:.3f}x, fastest tenth {best['shared'] / best['own']:.3f}x")
    assert len(times["java"]) == ROUNDS * TILES
