"""What BLIP-2 and InstructBLIP have of their own: templates, the Q-Former's tokenizer, refusals. Their numbers are in test_export.py.

Run: python -m pytest training/tesserae_export/tests
"""

import json
import shutil

import pytest
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

import parity_models
from tesserae_export.__main__ import main
from tesserae_export.families import blip2, instructblip


def rendered(template: str, *messages: tuple) -> str:
    def refuse(message):
        raise TemplateError(message)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = refuse
    parts = {str: lambda text: {"type": "text", "text": text}, type(None): lambda _: {"type": "image"}}
    return environment.from_string(template).render(messages=[
        {"role": role, "content": content[0] if len(content) == 1 and isinstance(content[0], str) else [parts[type(each)](each) for each in content]}
        for role, *content in messages], add_generation_prompt=True)


@pytest.mark.parametrize("messages,wanted", [
    ([("user", None, "What is it?")], "<image>Question: What is it? Answer:"),
    ([("user", "What is it?")], "Question: What is it? Answer:"),
    ([("user", None)], "<image>"),
    ([("user", "Look: ", None, "what?")], "<image>Question: Look: what? Answer:"),
    ([("user", None, "What?"), ("assistant", "a cat"), ("user", "Where?")], "<image>Question: What? Answer: a cat. Question: Where? Answer:"),
    ([("user", "Hello"), ("assistant", "hi"), ("user", None, "What?")], "<image>Question: Hello Answer: hi. Question: What? Answer:"),
])
def test_blip2_puts_pictures_first_and_questions_in_its_own_words(messages, wanted):
    assert rendered(blip2.CHAT_TEMPLATE, *messages) == wanted


def test_instructblip_has_the_bare_instruction():
    assert rendered(instructblip.CHAT_TEMPLATE, ("user", "Describe ", None, "it.")) == "<image>Describe it."
    with pytest.raises(TemplateError, match="assistant"):
        rendered(instructblip.CHAT_TEMPLATE, ("user", None, "a"), ("assistant", "b"))


def test_the_qformers_tokenizer_goes_along_and_is_needed(tmp_path, capsys):
    parity_models.instructblip(tmp_path / "in", 3)
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 0
    manifest = json.loads((tmp_path / "out/tesserae.json").read_text())
    assert manifest["projector"]["instruction"] == {"tokenizer": "qformer_tokenizer/tokenizer.json", "most_tokens": 64, "vocab": 608}
    assert "qformer_tokenizer/tokenizer.json" in {entry["path"] for entry in manifest["files"]}
    shutil.rmtree(tmp_path / "in/qformer_tokenizer")
    assert main([str(tmp_path / "in"), str(tmp_path / "again"), "--no-check"]) == 2
    assert "qformer_tokenizer" in capsys.readouterr().err
