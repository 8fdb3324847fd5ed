"""python -m tesserae_train COMMAND: sources, brain, dense, reader, concepts, eye, features, train, export, golden, perplexity, card; or --stage eye|1|2|nerves|all.

'./tesserae eval' measures the outcome.
"""

import argparse

from . import brain, features, sources

STAGES = {
    "eye": ("sources", "brain", "dense", "reader", "concepts", "eye"),
    "1": ("features", "stage-1"),
    "2": ("stage-2",),
    "nerves": ("stage-linear", "stage-resampler"),
}
MINUTES = {"dense": 104.0, "reader": 17.0, "concepts": 42.0, "stage-1": 14.0, "stage-2": 76.0, "stage-linear": 5.0, "stage-resampler": 5.0}
"""Budgets on two cores; each training's learning rate falls over its budget."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="tesserae_train", description=__doc__)
    commands = ("sources", "brain", *MINUTES, "eye", "features", "export", "golden", "perplexity", "card")
    parser.add_argument("command", nargs="?", choices=commands)
    parser.add_argument("--stage", choices=(*STAGES, "all"), help="everything a stage needs, in order")
    parser.add_argument("--minutes", type=float, help="wall-clock budget of the training, in place of the recipe's own")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", default="models/tesserae-135m", help="the model folder to write or to measure")
    options = parser.parse_args()
    if options.command is None and options.stage is None:
        parser.error("name a command or a stage")
    stages = list(STAGES) if options.stage == "all" else [options.stage]
    for step in [options.command] if options.command else [step for stage in stages for step in STAGES[stage]]:
        run(step, options)


def run(step: str, options: argparse.Namespace) -> None:
    minutes = options.minutes or MINUTES.get(step, 0)
    if step == "sources":
        sources.fetch()
    elif step == "brain":
        brain.convert()
    elif step == "dense":
        from . import train_dense

        train_dense.train(minutes=minutes, threads=options.threads)
    elif step == "reader":
        from . import train_reader

        train_reader.train(minutes=minutes, threads=options.threads)
    elif step == "concepts":
        from . import train_concepts

        train_concepts.train(minutes=minutes, threads=options.threads)
    elif step == "eye":
        from . import eye

        eye.export()
    elif step == "features":
        features.compute()
    elif step.startswith("stage-"):
        from . import train

        stage = step.removeprefix("stage-")
        school = stage if stage in ("linear", "resampler") else "c-abstractor"
        train.run(train.Plan(stage=stage, minutes=minutes, school=school, threads=options.threads))
    else:
        measure(step, options.out)


def measure(step: str, out: str) -> None:
    from pathlib import Path

    from . import export

    if step == "export":
        export.write(out)
        return
    module = __import__(f"tesserae_train.{step}", fromlist=[step])
    (module.write if step == "golden" else module.measure)(out)
    export.seal(Path(out))  # the manifest lists the reports too


if __name__ == "__main__":
    main()
