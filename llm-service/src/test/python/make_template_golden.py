"""Golden prompts: every template beside the tests × every conversation, as transformers renders them; and small cases of the language itself.

    python make_template_golden.py

Writes conversations.json, golden.json and language.json beside the templates. The day is fixed, as templates print it.
"""

import datetime
import json
import pathlib

import jinja2
import transformers
from transformers.utils import chat_template_utils

from template_conversations import CONVERSATIONS, SPECIALS
from template_language import CASES, CONTEXT

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "templates" / "public"


class Today(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 3, 4, 15, 6, 7)


chat_template_utils.datetime = Today
VERSIONS = {"transformers": transformers.__version__, "jinja2": jinja2.__version__, "today": "2026-03-04T15:06:07"}


def outcome(render):
    try:
        return {"text": render()}
    except jinja2.exceptions.TemplateError as e:
        # raise_exception raises the class itself; jinja2's own failures are of subclasses
        return {"refused": e.message} if type(e) is jinja2.exceptions.TemplateError else {"failed": f"{type(e).__name__}: {e}"}
    except Exception as e:
        return {"failed": f"{type(e).__name__}: {e}"}


def rendered(template, messages, generation, more):
    def render():
        texts, _ = chat_template_utils.render_jinja_template(
            [messages], chat_template=template, add_generation_prompt=generation, **SPECIALS, **more)
        return texts[0]
    return outcome(render)


def write(name, content):
    (FOLDER / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    write("conversations.json", {name: {"messages": messages, "add_generation_prompt": generation, "kwargs": more}
                                 for name, (messages, generation, more) in CONVERSATIONS.items()})
    templates = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.jinja"))}
    write("golden.json", {**VERSIONS, "specials": SPECIALS, "templates": {
        name: {conversation: rendered(source, *case) for conversation, case in CONVERSATIONS.items()} for name, source in templates.items()}})
    cases = [{"template": source, **outcome(lambda: chat_template_utils._compile_jinja_template(source).render(**CONTEXT))} for source in CASES]
    # an address of Python's memory is nobody's golden
    write("language.json", {**VERSIONS, "context": CONTEXT, "cases": [case for case in cases if " at 0x" not in case.get("text", "")]})


main()
