#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains a small CRNN (convolutions, bidirectional LSTM, CTC) on an endless stream of images.

    scripts/run.sh python scripts/examples/train_crnn.py
    scripts/run.sh python scripts/examples/train_crnn.py --recipe configs/mnist.yaml --minutes 10

Every batch is new: no image is seen twice, and none is stored. Accuracy is the share of held-back
images that are read without any error. They are made with another seed but from the same glyphs, so
it shows that the network learns, not how it reads glyphs of other hands or typefaces.
"""

import argparse
import math
import sys
import time

import glyphmill

try:
    import torch
except ModuleNotFoundError:
    sys.exit("train_crnn.py: needs PyTorch: apt-get install python3-torch, or scripts/setup.sh "
             "--torch")
from torch import nn
from torch.utils.data import DataLoader

from glyphmill.torch import Charset, StreamDataset

# Five digits, gray, in the built-in typefaces, tilted and noisy.
EASY = {"labels": {"kind": "code", "length": 5}, "compose": {"height": 32, "color": False}}
ENDLESS = 10**9


class Crnn(nn.Module):
    """Float32 images N x C x H x W to log probabilities T x N x classes; a step is 4 px wide."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for made, pool in ((16, (2, 2)), (32, (2, 2)), (64, (2, 1))):
            layers += [nn.Conv2d(channels, made, 3, padding=1, bias=False), nn.BatchNorm2d(made),
                       nn.ReLU(), nn.MaxPool2d(pool)]
            channels = made
        # Four rows whatever the height of the images.
        self.features = nn.Sequential(*layers, nn.AdaptiveMaxPool2d((4, None)))
        self.lstm = nn.LSTM(4 * channels, 64, bidirectional=True)
        self.classes = nn.Linear(2 * 64, classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        columns = self.features(1 - images).flatten(1, 2).permute(2, 0, 1)
        return self.classes(self.lstm(columns)[0]).log_softmax(2)


def read(model: nn.Module, images: torch.Tensor, charset: Charset) -> list[str]:
    model.eval()
    with torch.no_grad():
        best = model(images).argmax(2)
    model.train()
    return charset.decode_batch(best.T, collapse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=1, help="to train (default: 1)")
    parser.add_argument("--steps", type=int, help="to train at most, of 32 images (default: any)")
    parser.add_argument("--recipe", help="a recipe file (default: easy codes of five digits)")
    parser.add_argument("--seed", type=int, default=1, help="of images and weights (default: 1)")
    # Beside other work more threads were slower than the one that PyTorch takes of two processors.
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(),
                        help="of PyTorch (default here: %(default)s)")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    fields = {} if args.recipe else EASY
    generator = glyphmill.Generator(args.recipe, seed=args.seed, count=ENDLESS, **fields)
    held_back = glyphmill.Generator(args.recipe, seed=args.seed + 1, count=500, **fields)
    stream = StreamDataset(generator, batch_size=32)
    charset = stream.charset
    tests, targets, lengths = next(iter(StreamDataset(held_back, charset, batch_size=500)))
    labels = charset.decode_batch(targets, lengths)

    model = Crnn(tests.shape[1], len(charset))
    ctc = nn.CTCLoss(blank=charset.blank, zero_infinity=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    start, told = time.monotonic(), -math.inf
    losses: list[float] = []
    # Batches are made so much faster than they are learned that no worker is needed.
    for step, (images, targets, lengths) in enumerate(DataLoader(stream, batch_size=None), start=1):
        log_probs = model(images)
        steps = torch.full((len(images),), len(log_probs))
        loss = ctc(log_probs, targets, steps, lengths)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        losses.append(loss.item())

        now = time.monotonic()
        done = now - start >= 60 * args.minutes or step == args.steps
        if done or now - told >= 5:
            exact = sum(map(str.__eq__, read(model, tests, charset), labels)) / len(labels)
            print(f"{now - start:5.1f} s, step {step:5}: loss {sum(losses) / len(losses):.4f}, "
                  f"accuracy {exact:.1%}", flush=True)
            told, losses = time.monotonic(), []
        if done:
            break

    for label, text in zip(labels[:8], read(model, tests[:8], charset)):
        print(f"{label} read as {text}{'' if text == label else '  WRONG'}")


if __name__ == "__main__":
    main()
