"""Turns Hugging Face checkpoints into Tesserae model folders: one set of ONNX graphs a stage, and a manifest.

Read in this order: `__main__` (the journey of one checkpoint), `families/` (what differs between model families),
`decoder` (the brain's graphs, built node by node), `manifest` (what the services read first).
"""
