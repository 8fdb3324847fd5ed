"""What a served model can do: questions with known answers, asked over HTTP, judged strictly, counted. `evaluate.py` is the way in."""
