"""What each client was seen to do: a table of features × clients, which the suite prints and docs/clients.md holds."""

import json
import os
import pathlib

FOLDER = pathlib.Path(os.environ.get("TESSERAE_API_FEATURES", "target/features"))
FEATURES = ["chat", "streaming", "pictures", "structured output", "tools", "responses", "several answers", "log-probabilities", "models", "errors"]
CLIENTS = ["openai-python", "openai-node", "openai-java", "LangChain4j", "Quarkus LangChain4j", "llm", "grpcurl"]


def seen(client, feature):
    """Notes that a test saw it work; called after its last assertion."""
    assert client in CLIENTS and feature in FEATURES, (client, feature)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{client}__{feature}".replace(" ", "_")).touch()


def table():
    rows = ["| | " + " | ".join(CLIENTS) + " |", "|---|" + "---|" * len(CLIENTS)]
    for feature in FEATURES:
        worked = ["✓" if (FOLDER / f"{client}__{feature}".replace(" ", "_")).exists() else "" for client in CLIENTS]
        rows.append(f"| {feature} | " + " | ".join(worked) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
