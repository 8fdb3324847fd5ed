"""Joins a residual sum and the norm that reads it into one node: ONNX Runtime's own `SkipLayerNormalization` runs over rows several times faster
than its `LayerNormalization`, and reads them once."""

from __future__ import annotations

from collections.abc import Container, Sequence

from onnx import NodeProto, helper

CONTRIB = "com.microsoft"
_JOINED = {"LayerNormalization": "SkipLayerNormalization", "SimplifiedLayerNormalization": "SkipSimplifiedLayerNormalization"}


def joined(nodes: Sequence[NodeProto], weights: Container[str]) -> list[NodeProto]:
    """`nodes` with every pair of Add and norm as one, which gives the sum too. A sum of two states [batch, token, hidden] alone: what is looked up in a
    table, such as positions, has no batch."""
    looked_up = {node.output[0] for node in nodes if node.op_type == "Gather"}
    sums = {node.output[0] for node in nodes if node.op_type == "Add" and not any(name in weights or name in looked_up for name in node.input)}
    norms: dict[str, NodeProto] = {}  # by the sum that it reads
    for node in nodes:
        if node.op_type in _JOINED and node.input[0] in sums and _last_axis(node):
            norms.setdefault(node.input[0], node)
    gone = {norm.output[0] for norm in norms.values()}
    result = []
    for node in nodes:
        norm = norms.get(node.output[0]) if node.op_type == "Add" else None
        if norm is not None:
            result.append(_one(node, norm))
        elif node.output[0] not in gone:
            result.append(node)
    return result


def _last_axis(norm: NodeProto) -> bool:
    return next((each.i for each in norm.attribute if each.name == "axis"), -1) == -1


def _one(total: NodeProto, norm: NodeProto) -> NodeProto:
    epsilon = next(each.f for each in norm.attribute if each.name == "epsilon")
    op = _JOINED[norm.op_type]
    return helper.make_node(op, [*total.input, *norm.input[1:]], [norm.output[0], "", "", total.output[0]], name=f"{norm.output[0]}/{op}",
                            domain=CONTRIB, epsilon=epsilon)
