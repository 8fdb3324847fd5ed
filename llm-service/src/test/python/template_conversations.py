"""Conversations that every chat template is rendered with: what a caller may send, and some that templates refuse."""

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Weather at a place, \"now\" or later.",
    "parameters": {"type": "object",
                   "properties": {"place": {"type": "string", "description": "City & country, e.g. Paris, FR"},
                                  "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                                  "days": {"type": ["integer", "null"], "minimum": 1},
                                  "options": {"type": "object", "properties": {"wind": {"type": "boolean"}}}},
                   "required": ["place"]}}}
NOTHING = {"type": "function", "function": {"name": "now", "description": "Die Zeit 🕐 <jetzt>", "parameters": {"type": "object", "properties": {}}}}
PLACE = {"type": "function", "parameter_definitions": {"place": {"type": "str", "description": "City", "required": True}}, "function": {
    "name": "get_weather", "description": "Weather at a place.",
    "parameters": {"type": "object", "properties": {"place": {"type": "string", "description": "City"}}, "required": ["place"]}}}


def user(content):
    return {"role": "user", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def system(content):
    return {"role": "system", "content": content}


def text(content):
    return {"type": "text", "text": content}


def call(name, arguments, id="call_abc12"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


IMAGE = {"type": "image"}
ROUND_TRIP = [user("Weather in Paris?"),
              assistant("", tool_calls=[call("get_weather", {"place": "Paris, FR", "days": 2, "options": {"wind": True}})]),
              {"role": "tool", "name": "get_weather", "tool_call_id": "call_abc12", "content": "{\"sky\": \"clear\", \"t\": 21.5}"}]

# name: (messages, add_generation_prompt, other arguments)
CONVERSATIONS = {
    "one": ([user("What is this?")], True, {}),
    "system": ([system("Answer in one word."), user("What is this?")], True, {}),
    "turns": ([system("You are kind."), user("Hello"), assistant("Hi there"), user("  Who are you?\n"), assistant("  A model.  ")], False, {}),
    "unicode": ([user("Что это? 这是什么？ 👩‍👩‍👧 é \"quoted\" 'single' <b>&amp;</b> {{ x }} \\n"), assistant("\tДа\u00a0"), user("\u3000ok ")], True, {}),
    "empty": ([system(""), user(""), assistant(""), user("?")], True, {}),
    "image": ([user([IMAGE, text("What is this?")])], True, {}),
    "images": ([system([text("Look well.")]), user([text("First "), IMAGE, text(" then "), IMAGE]), assistant([text("Two pictures.")]),
                user([text("And?")])], True, {}),
    "image url": ([user([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}, text("Who?")])], True, {}),
    "tools": ([system("Use tools."), user("Weather in Paris?")], True, {"tools": [WEATHER, NOTHING]}),
    "one tool": ([user("Weather in Paris?")], True, {"tools": [PLACE], "functions": [PLACE], "documents": [], "datetime": "now"}),
    "tool round trip": (ROUND_TRIP, True, {"tools": [WEATHER]}),
    "two calls": ([*ROUND_TRIP[:1],
                   assistant(None, tool_calls=[call("get_weather", {"place": "Köln"}, "call_00001"), call("now", {}, "call_00002")]),
                   {"role": "tool", "name": "get_weather", "tool_call_id": "call_00001", "content": "rain"},
                   {"role": "tool", "name": "now", "tool_call_id": "call_00002", "content": "12:00"},
                   assistant("Rain at noon."), user("Thanks")], True, {"tools": [WEATHER, NOTHING]}),
    "arguments as text": ([user("Time?"), assistant("Let me see.", tool_calls=[call("now", "{\"zone\": \"CET\"}")]),
                           {"role": "tool", "tool_call_id": "call_abc12", "content": "13:00"}], True, {}),
    "thought": ([user("2+2?"), assistant("<think>\nEasy.\n</think>\n\n4"), user("3+3?"), assistant("6", reasoning_content="Easy too."), user("4+4?")], True,
                {"enable_thinking": True}),
    "no thinking": ([user("2+2?")], True, {"enable_thinking": False}),
    "documents": ([user("Who?")], True, {"documents": [{"title": "Cats", "text": "Cats purr."}, {"title": "Hunde", "text": "Hunde bellen."}]}),
    "out of order": ([user("a"), user("b"), assistant("c"), assistant("d")], True, {}),
    "unknown role": ([user("a"), {"role": "critic", "content": "b"}], True, {}),
    "nothing": ([], True, {}),
}

SPECIALS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
