"""Asking, counting and the table, against a small server that answers from a list and remembers what it was sent."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from tesserae_train import evaluate
from tesserae_train.measure import floors, results, speed
from tesserae_train.measure.asking import Question, Server, encoded, url_of
from tesserae_train.measure.kept import Kept


class Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.bodies.append(body)
        if self.server.refuses:
            return self.reply(400, {"error": {"message": "no", "param": "tesserae.nerve"}})
        answer = self.server.answers[len(self.server.bodies) - 1]
        if not body.get("stream"):
            return self.reply(200, {"choices": [{"message": {"content": answer}}]})
        self.send_response(200)
        self.end_headers()
        events = [{"choices": [{"delta": {"content": word}}]} for word in answer.split()]
        events.append({"choices": [], "usage": {"completion_tokens": len(events), "prompt_tokens": 30},
                       "timings": {"tiles": 1, "stages": {"encode_ms": 5.0}}})
        for event in events:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def stub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.bodies, server.answers, server.refuses = [], [], False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def client(stub, nerve=None):
    return Server(f"http://127.0.0.1:{stub.server_port}/", nerve)


def picture(colour=(200, 30, 30)):
    return Image.new("RGB", (8, 6), colour)


def test_one_question_is_greedy_and_shows_its_picture_before_its_text(stub):
    stub.answers = ["The circle is red."]
    assert client(stub).ask(Question("colour", ["What colour?"], "colour", "red", [picture()], "low")) == "The circle is red."
    body = stub.bodies[0]
    assert body["temperature"] == 0 and body["max_tokens"] == 32 and "tesserae" not in body
    image, text = body["messages"][0]["content"]
    assert image["image_url"]["detail"] == "low" and image["image_url"]["url"].startswith("data:image/png;base64,")
    assert text == {"type": "text", "text": "What colour?"}


def test_earlier_turns_are_asked_and_their_answers_kept(stub):
    stub.answers = ["A circle.", "Red."]
    question = Question("follow-up", ["What shape is this?", "What colour is it?"], "colour", "red", [picture()])
    assert client(stub, "linear").ask(question) == "Red."
    assert [m["role"] for m in stub.bodies[1]["messages"]] == ["user", "assistant", "user"]
    assert stub.bodies[1]["messages"][1]["content"] == "A circle."
    assert stub.bodies[1]["tesserae"] == {"nerve": "linear"}


def test_answers_keep_the_questions_order(stub):
    stub.answers = [f"{n}" for n in range(12)]
    questions = [Question("count", ["How many?"], "count", n) for n in range(12)]
    assert list(client(stub).ask_all(questions, 1)) == stub.answers
    assert len(list(client(stub).ask_all([], 3))) == 0


def test_what_a_revision_has_answered_is_not_asked_again(stub, tmp_path):
    def question(turn, colour=(1, 2, 3)):
        return Question("count", [turn], "count", 2, [picture(colour)])

    stub.answers = ["two", "three", "2", "one"]
    first = evaluate.asked(client(stub), [question("How many?")], 1, Kept(tmp_path, "abc", None))
    both = evaluate.asked(client(stub), [question("And how many?"), question("How many?"), question("How many?", (9, 9, 9))], 1, Kept(tmp_path, "abc", None))
    assert [r["answer"] for r in first + both] == ["two", "three", "two", "2"] and len(stub.bodies) == 3
    assert evaluate.asked(client(stub), [question("How many?")], 1, Kept(tmp_path, "of another revision", None))[0]["answer"] == "one"


def test_an_answer_that_a_stop_cut_short_is_asked_again(stub, tmp_path):
    asked = Question("count", ["How many?"], "count", 2, [picture()])
    Kept(tmp_path, "abc", None).add(asked, "two")
    file = next(tmp_path.iterdir())
    file.write_text(file.read_text() + file.read_text()[:30])
    assert Kept(tmp_path, "abc", None).answer(asked) == "two"
    Kept(tmp_path, "abc", None).add(Question("count", ["Which?"], "count", 2, [picture()]), "one")
    assert len(Kept(tmp_path, "abc", None)._answers) == 2


def test_a_refusal_is_said_in_the_servers_words(stub):
    stub.refuses = True
    with pytest.raises(SystemExit, match="400.*tesserae.nerve"):
        client(stub, "optic").ask(Question("count", ["?"], "count", 1))
    with pytest.raises(SystemExit, match="no server"):
        Server("http://127.0.0.1:9").ask(Question("count", ["?"], "count", 1))


def test_files_are_sent_as_they_are_unless_they_are_too_large(tmp_path):
    file = tmp_path / "a.jpg"
    picture().save(file)
    assert encoded(file) == file.read_bytes() and url_of(encoded(file)).startswith("data:image/jpeg;")
    large = tmp_path / "b.png"
    Image.new("1", (6000, 4000)).save(large)
    with Image.open(io.BytesIO(encoded(large))) as smaller:
        assert smaller.format == "JPEG" and smaller.width * smaller.height <= 12_000_000 and abs(smaller.width / smaller.height - 1.5) < 0.01


def test_speed_is_that_of_the_stream(stub):
    stub.answers = ["one two three four"]
    found = speed.one(client(stub), encoded(picture()), "low")
    assert stub.bodies[0]["ignore_eos"] is True and stub.bodies[0]["stream_options"] == {"include_usage": True}
    assert found["tiles"] == 1 and found["first_token_s"] > 0 and found["tokens_a_second"] > 0 and found["stages"] == {"encode_ms": 5.0}
    assert speed.variant(picture(), 1) != speed.variant(picture(), 2)


def rows(*verdicts):
    return [{"question": "?", "expected": 1, "answer": "1", "right": v} for v in verdicts]


def test_verdicts_and_table():
    good = results.summary("colour", rows(*[True] * 9, False), 90)
    bad = results.summary("shape", rows(*[True] * 8, False, False), 90)
    assert (good["right"], good["of"], good["percent"], good["passes"]) == (9, 10, 90.0, True) and bad["passes"] is False
    assert "passes" not in results.summary("two-pictures", rows(True), None)
    gain = results.tiles_gain(rows(True, True, True, False), rows(True, False, False, False))
    assert gain["points"] == 50 and gain["passes"] and not results.tiles_gain(rows(True), rows(True))["passes"]
    text = results.perplexity_line({"tokens": 5, "exported": 10.6, "own_at_same_precision": 10.0, "float32": 9.9})
    assert text["loss_percent"] == 6.0 and not text["passes"]
    table = results.table({"tasks": {"colour": good, "shape": bad}, "tiles_gain": gain, "perplexity": text})
    lines = table.splitlines()
    assert len(lines) == 5 and len({len(line) for line in lines[1:]}) == 1
    assert lines[1].split()[0] == "colour" and lines[1].endswith("pass") and lines[2].endswith("FAIL")


def test_a_row_says_both_verdicts_of_exact_text():
    row = results.row(Question("large-print", ["What does it say?"], "exact", "HELLO"), "It says hello.")
    assert row["right"] is False and row["right_any_case"] is True
    assert "right_any_case" not in results.row(Question("count", ["How many?"], "count", 2), "two")


def test_the_report_is_kept_with_the_model_and_listed(tmp_path):
    (tmp_path / "tesserae.json").write_text(json.dumps({"format": 1, "name": "m", "family": "tesserae", "revision": "", "license": "Apache-2.0", "files": []}))
    report = {"nerve": None, "tasks": {"colour": results.summary("colour", rows(True, False), 90), "count": results.summary("count", rows(True), 80)}, "seed": 1}
    path = results.write(report, tmp_path)
    assert json.loads(path.read_text()) == report
    manifest = json.loads((tmp_path / "tesserae.json").read_text())
    assert [f["path"] for f in manifest["files"]] == ["training/evaluation.json"] and len(manifest["revision"]) == 64 and manifest["name"] == "m"
    assert results.write(report | {"nerve": "linear"}, tmp_path).name == "evaluation-linear.json"


def test_the_sample_demands_what_was_right_less_a_little(stub, tmp_path):
    right = floors.right_by_task([{"task": "a", "right": True}] * 5 + [{"task": "a", "right": False}, {"task": "b", "right": False}, {"task": "b", "right": True}])
    wanted = floors.floors(right)
    assert right == {"a": 5, "b": 1} and wanted == {"a": 4, "b": 0, "in all": 4}
    assert floors.shortfalls({"a": 4, "b": 0}, wanted) == []
    assert floors.shortfalls({"a": 3, "b": 1}, wanted) == ["a: 3 right, at least 4 wanted"]
    assert len(floors.shortfalls({"b": 1}, wanted)) == 2
    questions = [{"task": "colour", "pictures": ["p.png"], "detail": "low", "turns": ["What colour?"], "judge": "colour", "expected": "red"}] * 2
    (tmp_path / "sample.json").write_text(json.dumps({"floors": {"colour": 2, "in all": 1}, "questions": questions}))
    picture().save(tmp_path / "p.png")
    stub.answers = ["Red.", "Blue."]
    found, short = floors.check(client(stub), 1, tmp_path)
    assert [r["right"] for r in found] == [True, False] and short == ["colour: 1 right, at least 2 wanted"]
