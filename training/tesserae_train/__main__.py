"""python -m tesserae_train COMMAND: sources, brain, eye, features, train, export, golden, evaluate, perplexity; or --stage 1 for the first five in order."""

import argparse

from . import brain, eye, features, sources, train


def main() -> None:
    parser = argparse.ArgumentParser(prog="tesserae_train", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("sources", "brain", "eye", "features", "train", "export", "golden", "evaluate", "perplexity"))
    parser.add_argument("--stage", type=int, choices=(1,), help="everything a stage needs, in order")
    parser.add_argument("--name", default="stage-1", help="the run: its checkpoints and loss curve")
    parser.add_argument("--minutes", type=float, default=60, help="wall-clock limit of the training itself")
    parser.add_argument("--steps", type=int, default=2400, help="limit in steps of 16 samples")
    parser.add_argument("--warm-up-steps", type=int, default=700)
    parser.add_argument("--out", default="models/tesserae-135m", help="the model folder to write or to measure")
    options = parser.parse_args()
    if options.command is None and options.stage is None:
        parser.error("name a command or a stage")
    plan = train.Plan(name=options.name, minutes=options.minutes, steps=options.steps, warm_up_steps=options.warm_up_steps)
    wanted = (options.command,) if options.command else ("sources", "brain", "eye", "features", "train")
    for step in wanted:
        run(step, plan, options.out)


def run(step: str, plan: train.Plan, out: str) -> None:
    if step == "sources":
        sources.fetch()
    elif step == "brain":
        brain.convert()
    elif step == "eye":
        eye.export()
    elif step == "features":
        features.compute()
    elif step == "train":
        train.stage_one(plan)
    elif step == "export":
        from . import export

        export.write(plan.name, out)
    elif step == "golden":
        from . import golden

        golden.write(out)
    elif step == "perplexity":
        from . import perplexity

        perplexity.measure(out)
        seal(out)
    elif step == "evaluate":
        from . import evaluate

        evaluate.measure(out)
        seal(out)


def seal(out: str) -> None:
    """The manifest lists the reports too."""
    from pathlib import Path

    from . import export

    export.seal(Path(out))


if __name__ == "__main__":
    main()
