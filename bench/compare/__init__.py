"""Tesserae beside what people would pick instead, on one machine, one checkpoint and the same prompts: `./tesserae bench compare`.

- `checkpoint`, `models`: one random checkpoint of SmolVLM-256M's shape, and what each system makes of it
- `peers/`: their pinned versions, how they are installed and started
- `library/`: one stage at a time, without a server, each in a process of its own
- `quiet`, `client`, `prompts`: nothing is measured while others compute; what is asked, and when each token came
- `figures/`: what is shown, one module a topic; each gives rows `{name, goal, figure, holds, measured}`
"""
