"""python -m tesserae_train COMMAND: sources, brain, unpack, dense, reader, concepts, eye, features, train, export, golden, perplexity, card; or --stage eye|1|2|nerves|all.

'./tesserae eval' measures the outcome.
"""

import argparse
from pathlib import Path

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
    commands = ("sources", "brain", "unpack", *MINUTES, "eye", "features", "export", "golden", "perplexity", "card")
    parser.add_argument("command", nargs="?", choices=commands)
    parser.add_argument("--stage", choices=(*STAGES, "all"), help="everything a stage needs, in order")
    parser.add_argument("--minutes", type=float, help="wall-clock budget of the training, in place of the recipe's own")
    parser.add_argument("--rate", type=float, default=1.0, metavar="SHARE", help="of the stage's own learning rate: less where a trained model goes on")
    parser.add_argument("--share", type=float, default=1.0, help="of the lessons' pictures that 'features' draws: a short training needs fewer")
    parser.add_argument("--seed", type=int, default=1, help="of the lessons' pictures: others for a training that goes on")
    parser.add_argument("--batch", type=int, help="as many of the longest lessons as a step of a stage may cost")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", default=Path(__file__).parents[2] / "models" / "tesserae-135m", help="the published model folder that 'unpack' makes checkpoints of")
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
    elif step == "unpack":
        from . import unpack

        unpack.write(options.model)
    elif step == "dense":
        from . import train_dense

        train_dense.train(minutes=minutes, threads=options.threads, rate_share=options.rate)
    elif step == "reader":
        from . import train_reader

        train_reader.train(minutes=minutes, threads=options.threads, rate_share=options.rate)
    elif step == "concepts":
        from . import train_concepts

        train_concepts.train(minutes=minutes, threads=options.threads, rate_share=options.rate)
    elif step == "eye":
        from . import eye

        eye.export()
    elif step == "features":
        features.compute(share=options.share, seed=options.seed)
    elif step.startswith("stage-"):
        from . import train

        stage = step.removeprefix("stage-")
        school = stage if stage in ("linear", "resampler") else "c-abstractor"
        batch = {"batch": options.batch} if options.batch else {}
        train.run(train.Plan(stage=stage, minutes=minutes, school=school, rate_share=options.rate, threads=options.threads, **batch))
    else:
        measure(step, options.out)


def measure(step: str, out: str) -> None:
    from . import export

    if step == "export":
        export.write(out)
        return
    module = __import__(f"tesserae_train.{step}", fromlist=[step])
    (module.write if step == "golden" else module.measure)(out)
    export.seal(Path(out))  # the manifest lists the reports too


if __name__ == "__main__":
    main()
