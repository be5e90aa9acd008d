#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Trains recognisers and prints what README.md says of them, as rows of its tables.

    scripts/measure_ocr.py mnist      ten handwritten digits that were not trained on
    scripts/measure_ocr.py codes      printed codes, also in a look that was not trained on
    scripts/measure_ocr.py dates      printed dates, the same
    scripts/measure_ocr.py captcha    real captchas
    scripts/measure_ocr.py balance    training on labels that all begin with 00000, or on even ones
    scripts/measure_ocr.py centers    look-alike characters with and without center loss

Pictures that are not the project's are looked for in GLYPHMILL_TEST_DATA: mnist/ (the IDX files of
MNIST's training digits), tiles/codes, tiles/dates, captcha/train and captcha/val. What is measured
is kept in the output directory, so that an interrupted measurement goes on where it was. Trainings
use all processors unless -j says less; two at once need -j 1 each."""

import argparse
import csv
import gzip
import json
import os
import pathlib
import shlex
import statistics
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUN = ROOT / "scripts" / "run.sh"
CONFIGS = ROOT / "configs"


class Lab:
    """Runs the programs in one directory and keeps what they have told."""

    def __init__(self, directory, minutes, threads):
        self.directory = directory
        self.minutes = minutes
        self.threads = ["-j", str(threads)] if threads else []
        directory.mkdir(parents=True, exist_ok=True)

    def run(self, program, *arguments):
        command = [program, *map(str, arguments), *self.threads]
        print("+", shlex.join(command), file=sys.stderr, flush=True)
        done = subprocess.run([RUN, *command], cwd=self.directory, check=True,
                              stdout=subprocess.PIPE, encoding="utf-8")
        return done.stdout

    def train(self, model, *arguments):
        """Trains a model unless these options have; the last line of its metrics."""
        finished = self.directory / f"{model}.log"
        options = shlex.join(map(str, [*arguments, *self.threads])) + "\n"
        if not finished.exists():
            # ocr_train itself refuses to go on with other options.
            again = ["--resume"] if (self.directory / model).exists() else []
            finished.write_text(options + self.run("ocr_train", *arguments, "-o", model, *again))
        elif not finished.read_text().startswith(options):
            sys.exit(f"measure_ocr.py: {finished}: must be of the options {options.strip()}; what "
                     "was measured with others is kept, so take another --output")
        return {name: float(value) for name, value in self.last_row(model, "metrics.csv").items()}

    def last_row(self, model, name):
        with open(self.directory / model / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))[-1]

    def evaluate(self, name, model, *arguments):
        """What ocr_eval reports, measured once."""
        report = self.directory / f"{name}.json"
        if not report.exists():
            report.write_text(self.run("ocr_eval", "--model", model, *arguments, "--json"))
        return json.loads(report.read_text())

    def write_recipe(self, name, recipe):
        """JSON is YAML."""
        path = self.directory / name
        path.write_text(json.dumps(recipe, indent=1, ensure_ascii=False), encoding="utf-8")
        return path.name

    def changed_recipe(self, name, config, changes):
        """A recipe of the project with other lines: {"count: 100": "count: 10"}."""
        text = (CONFIGS / config).read_text(encoding="utf-8")
        for old, new in changes.items():
            if text.count(old) != 1:
                sys.exit(f"{config}: must have '{old}' once. Got: {text.count(old)} times")
            text = text.replace(old, new)
        (self.directory / name).write_text(text, encoding="utf-8")
        return name


def data(*names):
    directory = os.environ.get("GLYPHMILL_TEST_DATA")
    if not directory:
        sys.exit("measure_ocr.py: GLYPHMILL_TEST_DATA must be the directory of pictures")
    path = pathlib.Path(directory, *names).resolve()
    if not path.exists():
        sys.exit(f"measure_ocr.py: {path}: no such file or directory")
    return path


def percent(share):
    return f"{100 * share:.2f} %"


def trained_for(last):
    """The last row of metrics.csv, in words."""
    return f"{last['seconds'] / 60:.1f} min, {last['step']:.0f} steps"


def right_of(report):
    low, high = report["sequences"]["interval_95"]
    return (f"{percent(report['sequences']['accuracy'])} ({100 * low:.1f} to {100 * high:.1f})")


def mean_and_spread(shares):
    """Of percentages; the spread is the standard deviation of a sample."""
    text = f"{100 * statistics.mean(shares):.1f} %"
    return text if len(shares) < 2 else f"{text} ± {100 * statistics.stdev(shares):.1f}"


def row(*cells):
    print("|", " | ".join(map(str, cells)), "|", flush=True)


# Handwriting: digits of MNIST that are trained on and others that are not.


def slice_mnist(lab):
    """The first 50,000 digits into train/, the last 10,000 into test/."""
    images = gzip.open(data("mnist", "train-images-idx3-ubyte.gz")).read()
    labels = gzip.open(data("mnist", "train-labels-idx1-ubyte.gz")).read()
    for name, first, end in (("train", 0, 50_000), ("test", 50_000, 60_000)):
        directory = lab.directory / name
        directory.mkdir(exist_ok=True)
        (directory / "train-images-idx3-ubyte").write_bytes(
            struct.pack(">IIII", 2051, end - first, 28, 28) +
            images[16 + 784 * first:16 + 784 * end])
        (directory / "train-labels-idx1-ubyte").write_bytes(
            struct.pack(">II", 2049, end - first) + labels[8 + first:8 + end])


def handwriting(digits, spacing_px, **others):
    """Ten digits from train/ or test/, as a part of a mix or most of a recipe."""
    return {"labels": {"kind": "code", "length": 10},
            "glyphs": {"kind": "digits", "digits": digits},
            "compose": {"width": "natural", "spacing_px": spacing_px}, **others}


def measure_mnist(lab, _):
    """Digits as they are and changed ones: a warp makes strokes softer than those of the test."""
    slice_mnist(lab)
    augment = {"rotation_range": 12, "shear_range": 10, "zoom_range": 0.12,
               "fill_mode": "constant"}
    train = lab.write_recipe("train.yaml", {"seed": 42, "count": 1000, "mix": [
        {"name": "plain", "weight": 0.4, **handwriting("train", [0, 10])},
        {"name": "changed", "weight": 0.6, **handwriting("train", [0, 10], augment=augment)}]})
    test = lab.write_recipe("test.yaml", {"seed": 7, "count": 10_000,
                                          **handwriting("test", [0, 10])})
    last = lab.train("model", "--recipe", train, "--architecture", "convolutional", "--height", 28,
                     "--dropout", 0.4, "--optimizer", "adamw", "--weight-decay", 0.02,
                     "--minutes", lab.minutes or 10, "--validation-samples", 500)
    report = lab.evaluate("test", "model", "--recipe", test)
    row("ten handwritten digits", trained_for(last), right_of(report), report["sequences"]["count"])


# Print: every built-in look is trained on, and one that is not is read as well.


def measure_print(lab, kind, plain):
    """`plain`: changes of the plain recipe for a held-back seed and for tiles of others."""
    last = lab.train("model", "--recipe", CONFIGS / "ocr" / f"{kind}.yaml", "--minutes",
                     lab.minutes or 10)
    held_back = lab.evaluate("held_back", "model", "--recipe", CONFIGS / "ocr" / f"{kind}.yaml",
                             "--seed", 7, "--nums", 5000)
    row(f"{kind} of every built-in look", trained_for(last), right_of(held_back),
        held_back["sequences"]["count"])
    for stem, name, tiles in (
            ("own", f"the same, configs/{kind}.yaml", f"builtin:{kind}"),
            ("foreign", "the same, tiles that are not built in", data("tiles", kind))):
        recipe = lab.changed_recipe(f"{stem}.yaml", f"{kind}.yaml",
                                    {f'"builtin:{kind}"': f'"{tiles}"', "seed: 42": "seed: 7",
                                     **plain})
        report = lab.evaluate(stem, "model", "--recipe", recipe)
        row(name, "", right_of(report), report["sequences"]["count"])


def measure_codes(lab, _):
    measure_print(lab, "codes", {"count: 100\n": "count: 5000\n"})


def measure_dates(lab, _):
    measure_print(lab, "dates", {"from: 2024-01-01": "from: 2010-01-01",
                                 "to: 2024-12-31": "to: 2019-12-31"})


def measure_captcha(lab, _):
    """There are so few that those which are tested on also choose the best weights."""
    last = lab.train("model", "--data", data("captcha", "train"), "--val", data("captcha", "val"),
                     "--augment", CONFIGS / "ocr" / "captcha.yaml", "--minutes", lab.minutes or 12)
    report = lab.evaluate("val", "model", "--data", data("captcha", "val"))
    row("real captchas of five characters", trained_for(last), right_of(report),
        report["sequences"]["count"])


# What uneven labels cost.


def measure_balance(lab, seeds):
    """Handwritten digits, for what is printed is read whatever was trained on."""
    slice_mnist(lab)
    labels = {"even": {"kind": "code", "length": 10},
              "00000": {"kind": "pattern", "pattern": r"00000\d{5}"}}
    heads = {"CTC": [], "positions": ["--head", "positions"]}
    images = {"clean": [], "noisy": [{"gaussian_noise": {"sigma": 0.235}}]}
    row("model", "images", "trained on even labels", "trained on 00000...",
        "the same, first five / last five digits")
    for head, options in heads.items():
        for look, ops in images.items():
            test = lab.write_recipe(f"test_{look}.yaml", {"seed": 7, "count": 10_000,
                                    **handwriting("test", [4, 4], ops=ops)})
            reports = {name: [] for name in labels}
            for seed in seeds:
                for name, law in labels.items():
                    stem = f"{head}_{look}_{name}_{seed}"
                    train = lab.write_recipe(f"{stem}.yaml", {"seed": seed, **handwriting(
                        "train", [4, 4], ops=ops, labels=law)})
                    lab.train(stem, "--recipe", train, "--height", 28, "--steps", 800,
                              "--validate-every", 800, "--validation-samples", 200, "--seed",
                              seed, *options)
                    reports[name].append(
                        lab.evaluate(f"{stem}_test", stem, "--recipe", test, "--nums", 3000))
            exact = {name: mean_and_spread([r["sequences"]["accuracy"] for r in reports[name]])
                     for name in labels}
            halves = [statistics.mean(r["places"][i]["accuracy"] for r in reports["00000"]
                                      for i in places)
                      for places in (range(5), range(5, 10))]
            row(head, look, exact["even"], exact["00000"], " / ".join(map(percent, halves)))


# Look-alikes.


def measure_centers(lab, seeds):
    """The same trained model is trained on, with and without center loss."""
    recipe = CONFIGS / "ocr" / "lookalikes.yaml"
    weights = (0, 0.001, 0.01)
    row("weight of the center loss", "sequences right", "character errors",
        "distance to the own center", "to the rival's", "between the two")
    reports = {weight: [] for weight in weights}
    distances = {weight: [] for weight in weights}
    for seed in seeds:
        first = f"first_{seed}"
        lab.train(first, "--recipe", recipe, "--steps", 1200, "--seed", seed,
                  "--validation-samples", 300)
        for weight in weights:
            stem = f"{weight}_{seed}"
            # Without: a weight too small to matter, so that distances are measured in either case.
            lab.train(stem, "--recipe", recipe, "--init", first, "--steps", 600, "--seed",
                      seed + 100, "--learning-rate", 0.001, "--validation-samples", 300,
                      "--center-loss", weight or 1e-12)
            reports[weight].append(lab.evaluate(f"{stem}_test", stem, "--recipe", recipe,
                                                "--seed", 7, "--nums", 3000))
            distances[weight].append(lab.last_row(stem, "centers.csv"))
    for weight in weights:
        means = [statistics.mean(float(d[f"{of}_mean"]) for d in distances[weight])
                 for of in ("own", "rival", "between")]
        row(weight, mean_and_spread([r["sequences"]["accuracy"] for r in reports[weight]]),
            mean_and_spread([r["character_error_rate"] for r in reports[weight]]),
            *(f"{mean:.2f}" for mean in means))


MEASUREMENTS = {"mnist": measure_mnist, "codes": measure_codes, "dates": measure_dates,
                "captcha": measure_captcha, "balance": measure_balance, "centers": measure_centers}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MEASUREMENTS)
    parser.add_argument("--minutes", type=float, help="of a training that ends by the clock")
    parser.add_argument("--seeds", type=int, default=3, help="trainings to average over")
    parser.add_argument("-j", "--threads", type=int, help="of the programs")
    parser.add_argument("-o", "--output", type=pathlib.Path,
                        help="where models and reports are kept (build/measured/WHAT)")
    options = parser.parse_args()
    directory = options.output or ROOT / "build" / "measured" / options.what
    MEASUREMENTS[options.what](Lab(directory, options.minutes, options.threads),
                               range(1, options.seeds + 1))


if __name__ == "__main__":
    main()
