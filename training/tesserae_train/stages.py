"""`training/stages.json`: what each stage trained and froze, and answers from before and after, for the page's panel.

No checkpoint of a stage is kept beside the model, so "before stage two" is the served model with stage two's adapters switched off: they ride in every
product as B·(A·x), and A is stored with a scale of its own, which is set to 0 (brain_graphs.py). The brain is then bit for bit the one that came; the
nerve is the trained one. "Before stage one" is that brain without a picture.

    python -m tesserae_train.stages plain ../models/tesserae-135m /tmp/plain     # the model without its adapters
    ../tesserae up --port 8080 & ../tesserae up --model /tmp/plain --port 8180 --grpc-port 9100 &
    python -m tesserae_train.stages ask ../models/tesserae-135m --url http://localhost:8080 --plain http://localhost:8180
"""

import argparse
import base64
import json
import shutil
import urllib.request
from pathlib import Path

STAGES = [
    ("The eye's own layers", "a tower that finds characters and shapes, a reader, layers that name drawn things", "EfficientNet-Lite2, pretrained on ImageNet",
     "drawn text, shapes and emoji, where every character, shape, colour and name is known"),
    ("Stage one: alignment", "the nerve", "eye and brain", "to say what the eye sees: questions and answers about drawn pictures, and made-up class posteriors"),
    ("Stage two: instruction", "the nerve, and adapters of rank 14 at every product of the brain", "the eye, and the brain's own 4-bit weights",
     "the same in conversation, held to the plain brain's opinion of plain text"),
    ("The other nerves", "the linear nerve and the resampler", "all else", "the same, for comparison"),
]
NOTE = ("Stage one has no curve of its own: it was part of earlier, shorter runs whose weights were carried over (see the model's card); "
        "the curve of stage two begins where they ended.")
HOW = ("Greedy, asked of the served files. Before stage one: the brain as it came, which gets no picture. Between the stages: the trained nerve, and the brain as "
       "it came, with stage two's adapters switched off. After stage two: as it is served.")
COLUMNS = [("plain", "Before stage one"), ("nerve", "Without stage two's adapters"), ("served", "After stage two")]
QUESTIONS = [
    ("cat.jpg", "What is this?", "low"), ("coffee.jpg", "What is in the picture?", "low"), ("mountain.jpg", "What does the picture show?", "low"),
    ("elephant.png", "What is this?", "low"), ("circle.png", "What colour is the circle?", "low"), ("circle.png", "Where is the circle?", "low"),
    ("stars.png", "How many stars are there?", "low"), ("sign.png", "What does it say?", "low"), ("receipt.png", "What is the Soup?", "high"),
    (None, "What is the capital of France?", "low"),
]


def without_adapters(model: Path, out: Path) -> int:
    """Copies a model folder with its adapters switched off; returns how many there were."""
    import numpy as np
    import onnx
    from onnx import numpy_helper

    shutil.copytree(model, out)
    graph = out / "llm" / "decoder.onnx"
    decoder = onnx.load(graph, load_external_data=False)
    scales = [tensor for tensor in decoder.graph.initializer if tensor.name.endswith(".down.scale")]
    for tensor in scales:
        tensor.CopyFrom(numpy_helper.from_array(np.zeros_like(numpy_helper.to_array(tensor)), tensor.name))
    graph.write_bytes(decoder.SerializeToString())
    return len(scales)


def ask(url: str, examples: Path, picture: str | None, question: str, detail: str) -> str:
    content = [{"type": "text", "text": question}]
    if picture:
        kind = "png" if picture.endswith("png") else "jpeg"
        data = base64.b64encode((examples / picture).read_bytes()).decode()
        content.insert(0, {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}", "detail": detail}})
    body = {"messages": [{"role": "user", "content": content}], "temperature": 0, "max_completion_tokens": 32}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as response:
        return json.load(response)["choices"][0]["message"]["content"]


def record(model: Path, url: str, plain: str) -> dict:
    examples = []
    for picture, question, detail in QUESTIONS:
        examples.append({"picture": picture, "detail": detail if picture else None, "question": question,
                         "plain": ask(plain, model / "examples", None, question, detail),
                         "nerve": ask(plain, model / "examples", picture, question, detail),
                         "served": ask(url, model / "examples", picture, question, detail)})
    return {"made_by": "python -m tesserae_train.stages", "note": NOTE, "how": HOW,
            "stages": [dict(zip(("name", "trained", "frozen", "learns"), stage)) for stage in STAGES],
            "columns": [dict(zip(("name", "title"), column)) for column in COLUMNS], "examples": examples}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    plain = commands.add_parser("plain", help="a copy of a model with its adapters switched off")
    plain.add_argument("model", type=Path)
    plain.add_argument("out", type=Path)
    asking = commands.add_parser("ask", help="ask both, and write training/stages.json")
    asking.add_argument("model", type=Path)
    asking.add_argument("--url", required=True)
    asking.add_argument("--plain", required=True)
    options = parser.parse_args()
    if options.command == "plain":
        print(f"{without_adapters(options.model, options.out)} adapters switched off in {options.out}")
        return
    answer = record(options.model, options.url.rstrip("/"), options.plain.rstrip("/"))
    (options.model / "training" / "stages.json").write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
