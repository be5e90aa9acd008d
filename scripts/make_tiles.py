#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the built-in tiles, assets/tiles/{alphanumeric,codes,dates}: small pictures of printed
characters.

A tile is made in three steps: the glyph's shape at four times the size, from a font or from dots;
its print, i.e. rough edges and an uneven body of ink; and its picture, i.e. a soft scan of that ink
on grained paper. Every tile has a generator of its own, seeded by its name, so that the files are
the same on every run and changing one look leaves the others alone.

Needs the Debian packages named in assets/tiles/README.md.
"""

import argparse
import dataclasses
import json
import pathlib
import sys
import zlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = pathlib.Path("/usr/share/fonts")
LICENSE = (
    "Apache-2.0. Drawn by scripts/make_tiles.py, dotmatrix from dots of its own, the rest with "
    "fonts under the SIL Open Font License 1.1, which leaves pictures made with a font free "
    "(sources in assets/tiles/README.md)."
)

OVERSAMPLING = 4
CLEAN_BORDER = 2  # px; the program sets tiles side by side: no ink may reach the frame

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()
KANJI = "年月日"
# These texts are no portable file names, or not beside those of capitals; tiles.yaml gives them
# back.
STEMS = {"-": "dash", ".": "dot", "/": "slash", ":": "colon", "+": "plus",
         **{letter: f"small-{letter}" for letter in SMALL}}


@dataclasses.dataclass(frozen=True)
class Frame:
    """Where glyphs stand in all tiles of a set, px from the top."""

    height: int
    digit_top: float
    digit_bottom: float
    # What is not a digit or a capital (年, /) is shrunk to this height; None: letters keep the size
    # and the place that their font gives them.
    tallest: float | None


TIGHT = Frame(64, 3.75, 60.25, 57.0)
# With room for b above the digits and for g below.
ROOMY = Frame(92, 12.0, 68.5, None)


@dataclasses.dataclass(frozen=True)
class Look:
    """How one printer prints; None as font means dots."""

    name: str
    font: str
    kanji_font: str
    ink: tuple  # RGB of a full body of ink
    paper: tuple  # RGB
    widen: float = 1.0  # of the font's width
    grow: float = 0.0  # px that each edge of a stroke moves outwards
    kanji_grow: float = 0.0  # the same for 年月日, so that they are as heavy as the digits
    side_margin: float = 3.5  # px, clean paper left and right of the ink
    edge_softness: float = 0.8  # px, how far ink runs before its edge is drawn
    edge_noise: float = 0.1  # share of the ink's height at which the edge is drawn
    body_noise: float = 0.08  # relative, over some px
    pressure_noise: float = 0.06  # relative, over the whole glyph
    squeeze: float = 0.0  # share of ink that is pressed from the middle of a stroke to its edge
    wear: float = 0.0  # share of the ink's area that came out weak
    streaks: float = 0.0  # relative, between rows
    head_dots: int = 0  # dots of a thermal head over the digit height
    blur: float = 0.75  # px, of the scan
    grain: float = 0.008  # of the paper, relative to the ink's darkness


LOOKS = (
    Look("dotmatrix", None, None, ink=(48, 44, 104), paper=(246, 246, 250), edge_softness=0.4,
         body_noise=0.10, pressure_noise=0.07, blur=0.75),
    Look("typewriter", "opentype/courier-prime/Courier Prime.otf",
         "truetype/bizud-mincho/BIZUDMincho-Regular.ttf", ink=(34, 32, 34), paper=(249, 245, 234),
         grow=0.1, kanji_grow=0.7, edge_softness=0.9, edge_noise=0.11, body_noise=0.12,
         pressure_noise=0.09, squeeze=0.16, wear=0.02, blur=0.8),
    Look("receipt", "truetype/bizud-gothic/BIZUDGothic-Regular.ttf",
         "truetype/bizud-gothic/BIZUDGothic-Regular.ttf", ink=(88, 90, 96), paper=(243, 245, 246),
         side_margin=4.25, edge_softness=0.5, edge_noise=0.05, body_noise=0.06, streaks=0.08,
         head_dots=30, blur=0.85),
    Look("print", "truetype/bizud-mincho/BIZUDMincho-Regular.ttf",
         "truetype/bizud-mincho/BIZUDMincho-Regular.ttf", ink=(40, 50, 47), paper=(251, 251, 249),
         widen=1.14, grow=0.3, kanji_grow=0.35, edge_softness=0.7, edge_noise=0.08,
         body_noise=0.09, pressure_noise=0.07, blur=0.9),
    Look("stamp", "opentype/mplus/Mplus1-Regular.otf", "opentype/mplus/Mplus1-Regular.otf",
         ink=(164, 70, 44), paper=(252, 246, 238), edge_softness=1.0, edge_noise=0.13,
         body_noise=0.15, pressure_noise=0.15, squeeze=0.22, wear=0.05, blur=0.85),
    # Hairlines beside thick stems: the 4 of such a face was read as a 1 by those who knew it not.
    Look("book", "truetype/cmu/cmunrm.ttf", "truetype/bizud-mincho/BIZUDMincho-Regular.ttf",
         ink=(46, 46, 50), paper=(250, 250, 246), widen=1.12, grow=0.1, kanji_grow=0.2,
         edge_softness=0.6, edge_noise=0.07, body_noise=0.09, pressure_noise=0.07, blur=0.85),
)

# Dots: columns 0..6 (年月日: 0..10) from left to right, rows 0..10 from top to bottom, 14 below the
# line; each string is a line of "column,row" points along which the pins strike.
DOT_PITCH = 5.15
DOT_DIAMETER = 5.5
DOT_ADVANCE = 9  # columns
DOT_LINES = {
    "0": ["2,0 4,0 6,3 6,7 4,10 2,10 0,7 0,3 2,0"],
    "1": ["1,2 3,0 3,10", "1,10 5,10"],
    "2": ["0,3 0,2 2,0 4,0 6,2 6,4 0,10 6,10"],
    "3": ["0,1 2,0 4,0 6,2 6,3 4,5 6,7 6,8 4,10 2,10 0,9", "2,5 4,5"],
    "4": ["5,10 5,0 0,7 6,7"],
    "5": ["6,0 1,0 0,5 2,4 4,4 6,6 6,8 4,10 2,10 0,9"],
    "6": ["5,0 3,0 0,4 0,8 2,10 4,10 6,8 6,6 4,4 2,4 0,6"],
    "7": ["0,1 0,0 6,0 6,1 2,10"],
    "8": ["2,5 0,3 0,2 2,0 4,0 6,2 6,3 4,5 2,5 0,7 0,8 2,10 4,10 6,8 6,7 4,5"],
    "9": ["1,10 3,10 6,6 6,2 4,0 2,0 0,2 0,4 2,6 4,6 6,4"],
    "A": ["0,10 0,4 3,0 6,4 6,10", "0,6 6,6"],
    "B": ["0,0 0,10 4,10 6,8 6,7 4,5 0,5", "4,5 6,3 6,2 4,0 0,0"],
    "C": ["6,2 4,0 2,0 0,2 0,8 2,10 4,10 6,8"],
    "D": ["0,0 0,10 3,10 6,7 6,3 3,0 0,0"],
    "E": ["6,0 0,0 0,10 6,10", "0,5 4,5"],
    "F": ["6,0 0,0 0,10", "0,5 4,5"],
    "G": ["6,2 4,0 2,0 0,2 0,8 2,10 4,10 6,8 6,6 4,6"],
    "H": ["0,0 0,10", "6,0 6,10", "0,5 6,5"],
    "I": ["1,0 5,0", "3,0 3,10", "1,10 5,10"],
    "J": ["6,0 6,8 4,10 2,10 0,8 0,7"],
    "K": ["0,0 0,10", "6,0 0,6", "2,4 6,10"],
    "L": ["0,0 0,10 6,10"],
    "M": ["0,10 0,0 3,4 6,0 6,10"],
    "N": ["0,10 0,0 6,10 6,0"],
    "O": ["1,0 5,0 6,1 6,9 5,10 1,10 0,9 0,1 1,0"],
    "P": ["0,10 0,0 4,0 6,2 6,3 4,5 0,5"],
    "Q": ["1,0 5,0 6,1 6,9 5,10 1,10 0,9 0,1 1,0", "3,7 6,10"],
    "R": ["0,10 0,0 4,0 6,2 6,3 4,5 0,5", "3,5 6,10"],
    "S": ["6,2 4,0 2,0 0,2 0,3 2,5 4,5 6,7 6,8 4,10 2,10 0,8"],
    "T": ["0,0 6,0", "3,0 3,10"],
    "U": ["0,0 0,8 2,10 4,10 6,8 6,0"],
    "V": ["0,0 3,10 6,0"],
    "W": ["0,0 1,10 3,5 5,10 6,0"],
    "X": ["0,0 6,10", "6,0 0,10"],
    "Y": ["0,0 3,5 6,0", "3,5 3,10"],
    "Z": ["0,0 6,0 0,10 6,10"],
    "a": ["1,4 4,4 6,5 6,10", "6,7 2,7 0,8 0,9 2,10 4,10 6,8"],
    "b": ["0,0 0,10", "0,6 2,4 4,4 6,6 6,8 4,10 2,10 0,8"],
    "c": ["6,5 4,4 2,4 0,6 0,8 2,10 4,10 6,9"],
    "d": ["6,0 6,10", "6,6 4,4 2,4 0,6 0,8 2,10 4,10 6,8"],
    "e": ["0,7 6,7 6,6 4,4 2,4 0,6 0,8 2,10 4,10 6,9"],
    "f": ["6,1 5,0 4,0 3,1 3,10", "1,4 5,4"],
    "g": ["6,4 6,12 4,14 2,14 0,13", "6,6 4,4 2,4 0,6 0,8 2,10 4,10 6,8"],
    "h": ["0,0 0,10", "0,6 2,4 4,4 6,6 6,10"],
    "i": ["1,4 3,4 3,10", "1,10 5,10", "3,1 3,1"],
    "j": ["3,4 5,4 5,12 3,14 2,14 0,13", "5,1 5,1"],
    "k": ["0,0 0,10", "0,8 5,4", "2,6.4 6,10"],
    "l": ["1,0 3,0 3,10", "1,10 5,10"],
    "m": ["0,10 0,4", "0,5 1,4 2,4 3,5 3,10", "3,5 4,4 5,4 6,5 6,10"],
    "n": ["0,10 0,4", "0,6 2,4 4,4 6,6 6,10"],
    "o": ["2,4 4,4 6,6 6,8 4,10 2,10 0,8 0,6 2,4"],
    "p": ["0,4 0,14", "0,6 2,4 4,4 6,6 6,8 4,10 2,10 0,8"],
    "q": ["6,4 6,14", "6,6 4,4 2,4 0,6 0,8 2,10 4,10 6,8"],
    "r": ["0,10 0,4", "0,6 2,4 4,4 6,5"],
    "s": ["6,5 5,4 1,4 0,5 0,6 1,7 5,7 6,8 6,9 5,10 1,10 0,9"],
    "t": ["2,1 2,9 3,10 4,10 6,9", "0,4 5,4"],
    "u": ["0,4 0,8 2,10 4,10 6,8", "6,4 6,10"],
    "v": ["0,4 3,10 6,4"],
    "w": ["0,4 1.5,10 3,6 4.5,10 6,4"],
    "x": ["0,4 6,10", "6,4 0,10"],
    "y": ["0,4 0,7 2,9.5 4,9.5 6,7", "6,4 6,12 4,14 2,14 0,13"],
    "z": ["0,4 6,4 0,10 6,10"],
    "-": ["1,5 5,5"],
    ".": ["0,10 1,10 1,9 0,9 0,10"],
    "/": ["0,10 5,0"],
    ":": ["0,8 1,8 1,7 0,7 0,8", "0,3 1,3 1,2 0,2 0,3"],
    "+": ["0,5 6,5", "3,2 3,8"],
    "年": ["3,0 0,3", "2,1.5 10,1.5", "2,4.5 9,4.5", "2,4.5 2,7.5", "0,7.5 10,7.5", "6,1.5 6,10"],
    "月": ["2,0 9,0 9,10 8,10", "2,0 2,7 0,10", "2,3.3 9,3.3", "2,6.6 9,6.6"],
    "日": ["1,0 9,0 9,10", "1,0 1,10", "1,5 9,5", "1,9.5 9,9.5"],
}


def gaussian_blur(image, sigma):
    """Separable; the image is taken to be 0 outside."""
    if sigma <= 0:
        return image
    radius = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padding = [(radius, radius) if axis == a else (0, 0) for a in (0, 1)]
        padded = np.pad(image, padding)
        length = image.shape[axis]
        image = sum(k * padded.take(range(i, i + length), axis) for i, k in enumerate(kernel))
    return image


def smooth_noise(rng, shape, sigma):
    """Zero mean, unit standard deviation, correlated over about `sigma` px."""
    margin = int(np.ceil(3 * sigma))
    noise = rng.standard_normal((shape[0] + 2 * margin, shape[1] + 2 * margin))
    noise = gaussian_blur(noise, sigma)
    noise = noise[margin:margin + shape[0], margin:margin + shape[1]]
    # The blur's own gain, not the tile's spread: a tile may be more even than another.
    return noise * 2 * np.sqrt(np.pi) * max(sigma, 0.5 / np.sqrt(np.pi))


def shrink(image, factor):
    height, width = image.shape
    return image.reshape(height // factor, factor, width // factor, factor).mean(axis=(1, 3))


@dataclasses.dataclass
class Shape:
    """A glyph before it is placed. Coordinates in px, y from the top of the frame."""

    draw: object  # (rng, left, top, height, frame width) -> coverage at OVERSAMPLING times the size
    left: float  # ink box; x from the centre of the glyph's cell
    right: float
    top: float
    bottom: float


class FontFace:
    """Shapes of a font, scaled so that its digits fill the frame's digit_top..digit_bottom."""

    SIZE = 512

    def __init__(self, frame, path, grow, widen=1.0):
        self.frame = frame
        self.font = ImageFont.truetype(str(FONTS / path), self.SIZE,
                                       layout_engine=ImageFont.Layout.BASIC)
        boxes = [self.inked(c)[1] for c in DIGITS]
        self.ink_top = min(b[1] for b in boxes)
        ink_bottom = max(b[3] for b in boxes)
        self.grow, self.widen = grow, widen
        self.scale = (frame.digit_bottom - frame.digit_top - 2 * grow) / (ink_bottom - self.ink_top)

    @property
    def advance(self):
        return self.font.getlength("0") * self.scale * self.widen

    def inked(self, text):
        """The ink and its box; the font's own getbbox() spans the advance instead."""
        canvas = Image.new("L", (3 * self.SIZE, 2 * self.SIZE), 0)
        ImageDraw.Draw(canvas).text((self.SIZE, 0), text, fill=255, font=self.font)
        left, top, right, bottom = canvas.getbbox()
        mask = canvas.crop((left, top, right, bottom))
        return mask, (left - self.SIZE, top, right - self.SIZE, bottom)

    def shape(self, text):
        mask, (left, top, right, bottom) = self.inked(text)
        middle = self.font.getlength(text) / 2

        def draw(_, x, y, height, frame_width):
            return self.place(mask, x, y, height, frame_width)

        x = (np.array([left, right]) - middle) * self.scale * self.widen
        y = (np.array([top, bottom]) - self.ink_top) * self.scale + self.frame.digit_top + self.grow
        return Shape(draw, x[0] - self.grow, x[1] + self.grow, y[0] - self.grow, y[1] + self.grow)

    def place(self, mask, x, y, height, frame_width):
        """The mask with its ink box (grown) at x, y and of this height, in a frame."""
        step = mask.height / (height - 2 * self.grow) / OVERSAMPLING
        origin = ((x + self.grow) * OVERSAMPLING, (y + self.grow) * OVERSAMPLING)
        size = (frame_width * OVERSAMPLING, self.frame.height * OVERSAMPLING)
        step_x = step / self.widen
        matrix = (step_x, 0, -origin[0] * step_x, 0, step, -origin[1] * step)
        return np.asarray(mask.transform(size, Image.AFFINE, matrix, Image.BILINEAR)) / 255.0


class DotFace:
    """Shapes of dots."""

    advance = DOT_ADVANCE * DOT_PITCH

    def __init__(self, frame):
        self.frame = frame

    def shape(self, text):
        points = self.strikes(text)
        low, high = points.min(axis=0), points.max(axis=0)
        width = (high[0] - low[0]) * DOT_PITCH + DOT_DIAMETER
        span = self.frame.digit_bottom - self.frame.digit_top - DOT_DIAMETER
        top = self.frame.digit_top + low[1] / 10 * span
        bottom = self.frame.digit_top + high[1] / 10 * span + DOT_DIAMETER

        def draw(rng, x, y, height, frame_width):
            pitch = (height - DOT_DIAMETER) / max(high[1] - low[1], 1e-6)
            steps = np.array([DOT_PITCH, pitch if high[1] > low[1] else 0])
            return self.place(rng, (points - low) * steps + (x, y), frame_width)

        return Shape(draw, -width / 2, width / 2, top, bottom)

    @staticmethod
    def strikes(text):
        """Where the pins strike, in columns and rows."""
        found = []
        for line in DOT_LINES[text]:
            corners = [np.array([float(v) for v in p.split(",")]) for p in line.split()]
            for a, b in zip(corners, corners[1:]):
                count = max(1, int(np.ceil(np.abs(b - a).max() - 1e-9)),
                            int(round(np.hypot(*(b - a)) / 1.1)))
                found += [a + (b - a) * i / count for i in range(count + 1)]
        return np.unique(np.round(found, 3), axis=0)

    def place(self, rng, origins, frame_width):
        size = (self.frame.height * OVERSAMPLING, frame_width * OVERSAMPLING)
        rows, columns = np.indices(size) / OVERSAMPLING
        empty = np.ones(size)
        for x, y in origins:
            jitter = rng.normal(0, 0.13, 2)
            radius = DOT_DIAMETER / 2 * rng.normal(1, 0.04)
            depth = np.clip(rng.normal(0.93, 0.07), 0.6, 1)
            distance = np.hypot(columns - x - DOT_DIAMETER / 2 - jitter[0],
                                rows - y - DOT_DIAMETER / 2 - jitter[1])
            # A pin presses harder in its middle, so overlapping dots stay visible.
            pressed = np.clip(1 - 0.45 * (distance / radius) ** 4, 0, 1) * (distance < radius)
            empty *= 1 - depth * pressed
        return 1 - empty


def printed(look, rng, shape, grow):
    """Ink on paper (0 none, 1 full, at frame size) from the coverage at OVERSAMPLING times it."""
    soft = look.edge_softness * OVERSAMPLING
    blurred = gaussian_blur(shape, soft)
    if look.font:
        # Moving the height at which a blurred edge is cut moves the edge.
        cut = 0.5 - 0.34 * grow / look.edge_softness
        noise = smooth_noise(rng, shape.shape, 1.2 * OVERSAMPLING)
        # Noise at edges only: none may print specks on clean paper.
        noise *= look.edge_noise * 4 * blurred * (1 - blurred)
        ink = np.clip((blurred - cut - noise) * 4 + 0.5, 0, 1)
    else:
        ink = blurred
    core = gaussian_blur(ink, 1.6 * OVERSAMPLING)
    ink = ink * (1 - look.squeeze * np.clip(2 * core - 1, 0, 1))
    ink = shrink(ink, OVERSAMPLING)
    body = 1 + look.body_noise * smooth_noise(rng, ink.shape, 1.1)
    body += look.pressure_noise * smooth_noise(rng, ink.shape, 9.0)
    body += look.streaks * rng.standard_normal((ink.shape[0], 1))
    if look.wear:
        weak = smooth_noise(rng, ink.shape, 0.9) > np.sqrt(2) * (1.6 - 6 * look.wear)
        body -= 0.45 * gaussian_blur(weak.astype(float), 0.5)
    return np.clip(ink * np.clip(body, 0, 1.25), 0, 1.2)


def thermal(look, frame, shape, clipped):
    """The shape as the square dots of a thermal head; clipped to the rows of digits or not."""
    # A little inside, so that flat digits end in the same dot rows as round ones, which overshoot.
    top, bottom = frame.digit_top + 0.5, frame.digit_bottom - 1.0
    pitch = (bottom - top) / look.head_dots * OVERSAMPLING
    soft = gaussian_blur(shape, pitch / 3)

    def centres(length, start):
        dot = np.floor((np.arange(length) - start) / pitch)
        return np.clip((dot + 0.5) * pitch + start, 0, length - 1).astype(int)

    row = centres(shape.shape[0], top * OVERSAMPLING)
    column = centres(shape.shape[1], look.side_margin * OVERSAMPLING)
    burnt = (soft[np.ix_(row, column)] > 0.5).astype(float)
    if clipped:
        burnt[:int(top * OVERSAMPLING)] = 0
        burnt[int(bottom * OVERSAMPLING):] = 0
    return burnt


def photographed(look, rng, ink):
    """A picture with a palette: small files, and one ink colour however thin the ink."""
    density = gaussian_blur(ink, look.blur)
    density += look.grain * smooth_noise(rng, ink.shape, 0.6) * (1 + 1.5 * density)
    # Fine steps about the paper, where grain shows, wider ones in the ink, where it does not.
    levels = np.concatenate([np.arange(-0.03, 0.05, 0.015), np.arange(0.07, 1.25, 0.055)])
    index = np.abs(density[:, :, None] - levels).argmin(axis=2)
    paper, full = np.array(look.paper, float), np.array(look.ink, float)
    # Half way between paint, which mixes, and dye, which filters: thin ink is a little purer.
    mixed = paper + (full - paper) * levels[:, None]
    filtered = paper * (full / paper) ** levels[:, None]
    palette = np.clip(np.round(0.75 * mixed + 0.25 * filtered), 0, 255).astype(np.uint8)
    picture = Image.fromarray(index.astype(np.uint8), "P")
    picture.putpalette(palette.tobytes())
    return picture


def check_border(name, ink):
    inside = np.zeros(ink.shape, bool)
    inside[CLEAN_BORDER:-CLEAN_BORDER, CLEAN_BORDER:-CLEAN_BORDER] = True
    worst = ink[~inside].max()
    if worst > 0.08:
        raise SystemExit(f"{name}: ink must stay {CLEAN_BORDER} px off the frame. Got: {worst:.3f}")


class Press:
    """Makes the tiles of one look."""

    def __init__(self, look, frame):
        self.look, self.frame = look, frame
        if look.font is None:
            self.face = self.kanji_face = DotFace(frame)
        else:
            self.face = FontFace(frame, look.font, look.grow, look.widen)
            self.kanji_face = FontFace(frame, look.kanji_font, look.kanji_grow)
        digits = [self.face.shape(c) for c in DIGITS]
        self.cell_left = min(s.left for s in digits) - look.side_margin
        cell_right = max(s.right for s in digits) + look.side_margin
        self.cell_width = int(np.ceil(cell_right - self.cell_left))

    def tile(self, text, name):
        rng = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))
        shape = self.drawn(rng, text)
        if self.look.head_dots:
            # Letters end where others do, which is not where digits end.
            is_free = self.frame.tallest is None and text not in DIGITS
            shape = thermal(self.look, self.frame, shape, clipped=not is_free)
        grow = self.look.kanji_grow if text in KANJI else self.look.grow
        ink = printed(self.look, rng, shape, grow)
        check_border(name, gaussian_blur(ink, self.look.blur))
        return photographed(self.look, rng, ink)

    def drawn(self, rng, text):
        if len(text) == 2:
            return self.two_digits(rng, text)
        if text in DIGITS:
            shape = self.face.shape(text)
            return shape.draw(rng, shape.left - self.cell_left, shape.top,
                              shape.bottom - shape.top, self.cell_width)
        return self.single(rng, text)

    def two_digits(self, rng, text):
        height = self.frame.height
        step = int(round(max(self.face.advance, self.cell_width + 0.04 * height)))
        frame = np.zeros((height * OVERSAMPLING, (step + self.cell_width) * OVERSAMPLING))
        for i, digit in enumerate(text):
            left = i * step * OVERSAMPLING
            frame[:, left:left + self.cell_width * OVERSAMPLING] = self.drawn(rng, digit)
        return frame

    def single(self, rng, text):
        """A capital in a digit's cell or wider; anything else in a frame of its own."""
        shape = (self.kanji_face if text in KANJI else self.face).shape(text)
        scale = self.fit(text, shape)
        height, width = (shape.bottom - shape.top) * scale, (shape.right - shape.left) * scale
        frame_width = int(np.ceil(width + 2 * self.look.side_margin))
        if text in CAPITALS:
            frame_width = max(frame_width, self.cell_width)
        top = shape.top
        if self.frame.tallest is not None:
            top = min(top, (self.frame.height + self.frame.tallest) / 2 - height)
            if scale < 1 or text in "-+":
                top = (self.frame.height - height) / 2
        return shape.draw(rng, (frame_width - width) / 2, top, height, frame_width)

    def fit(self, text, shape):
        if self.frame.tallest is None:
            return 1.0
        heights = [shape.bottom - shape.top]
        if text in KANJI:
            # One scale for the three, or 日 would stand as tall as 年.
            heights = [s.bottom - s.top for s in map(self.kanji_face.shape, KANJI)]
        return min(1.0, self.frame.tallest / max(heights))


def tile_names(texts, look):
    """(text, file name) of `texts`, pairs of a text and a count of instances."""
    for text, count in texts:
        stem = f"{STEMS.get(text, text)}_{look.name}"
        for i in range(count):
            yield text, f"{stem}_{i + 1}.png" if count > 1 else f"{stem}.png"


def make_set(folder, texts, presses):
    pictures = {}
    overrides = []
    for press in presses:
        for text, name in tile_names(texts, press.look):
            pictures[name] = press.tile(text, f"{folder.name}/{name}")
            if text in STEMS:
                overrides.append(f"  {name}: {{text: {json.dumps(text)}, look: {press.look.name}}}")
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.png"):
        stale.unlink()
    for name, picture in pictures.items():
        picture.save(folder / name, optimize=True)
    lines = [f"license: {json.dumps(LICENSE)}", "tiles:", *sorted(overrides)]
    (folder / "tiles.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent / "assets" / "tiles"
    parser = argparse.ArgumentParser(description="Draws the built-in tiles.")
    parser.add_argument("--output", type=pathlib.Path, default=root, help="default: assets/tiles")
    output = parser.parse_args().output
    tight = [Press(look, TIGHT) for look in LOOKS]
    roomy = [Press(look, ROOMY) for look in LOOKS]
    alphanumeric = [(c, 2) for c in DIGITS] + [(c, 1) for c in CAPITALS + SMALL]
    codes = [(c, 3) for c in DIGITS] + [(c, 1) for c in CAPITALS + "-./:+"]
    days = [f"{day:02d}" for day in range(1, 32)]
    dates = [(c, 2) for c in DIGITS] + [(t, 1) for t in days] + [(c, 1) for c in KANJI + "-./:"]
    make_set(output / "alphanumeric", alphanumeric, roomy)
    make_set(output / "codes", codes, tight)
    make_set(output / "dates", dates, tight)
    return 0


if __name__ == "__main__":
    sys.exit(main())
